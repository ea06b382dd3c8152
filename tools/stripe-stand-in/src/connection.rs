//! TCP connections that the server can abort in the middle of a request, as a broken network does.

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// Aborts the connection of a request: no more bytes are written to it.
#[derive(Clone, Default)]
pub(crate) struct AbortHandle(Arc<ConnectionState>);

#[derive(Default)]
struct ConnectionState {
    is_aborted: AtomicBool,
    is_used: AtomicBool,
}

impl AbortHandle {
    pub(crate) fn abort(&self) {
        self.0.is_aborted.store(true, Ordering::Release);
    }

    /// Returns whether this was called before for the same connection.
    pub(crate) fn mark_used(&self) -> bool {
        self.0.is_used.swap(true, Ordering::AcqRel)
    }

    fn check(&self) -> io::Result<()> {
        if self.0.is_aborted.load(Ordering::Acquire) { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

impl Connected<IncomingStream<'_, AbortableListener>> for AbortHandle {
    fn connect_info(stream: IncomingStream<'_, AbortableListener>) -> Self {
        stream.io().abort_handle.clone()
    }
}

/// A listener whose connections can be aborted.
pub(crate) struct AbortableListener(pub(crate) TcpListener);

impl Listener for AbortableListener {
    type Io = AbortableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        (AbortableStream { stream, abort_handle: AbortHandle::default() }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

/// A connection that fails on the first write after the abort. The server then closes it.
pub(crate) struct AbortableStream {
    stream: TcpStream,
    abort_handle: AbortHandle,
}

impl AsyncRead for AbortableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for AbortableStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.abort_handle.check()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
