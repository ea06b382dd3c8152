//! Asks DNS whether the hosts of a connection string exist: `docs/decisions/secrets.md`.

use hickory_resolver::TokioResolver;
use hickory_resolver::net::NetError;
use hickory_resolver::proto::rr::RecordType;
use mongodb::options::{ConnectionString, HostInfo, ServerAddress};

/// The name of MongoDB's service in an SRV record, if the connection string has no other one.
const SERVICE: &str = "mongodb";

/// Returns whether none of the hosts that a connection string names exists. Only DNS's response that there are no records
/// proves that: an error of DNS and a timeout prove nothing.
pub(super) async fn names_no_host(uri: &str) -> bool {
    let resolver = TokioResolver::builder_tokio().and_then(|builder| builder.build());
    let (Ok(resolver), Ok(parsed)) = (resolver, ConnectionString::parse(uri)) else { return false };
    are_missing(&parsed, &resolver).await
}

async fn are_missing(parsed: &ConnectionString, resolver: &TokioResolver) -> bool {
    match &parsed.host_info {
        HostInfo::HostIdentifiers(hosts) => {
            for host in hosts {
                let ServerAddress::Tcp { host, .. } = host else { return false };
                if !is_missing(host, resolver).await {
                    return false;
                }
            }
            true
        }
        HostInfo::DnsRecord(name) => {
            let service = parsed.srv_service_name.as_deref().unwrap_or(SERVICE);
            let name = format!("_{service}._tcp.{}.", name.trim_end_matches('.'));
            has_no_records(&resolver.lookup(name, RecordType::SRV).await)
        }
        _ => false,
    }
}

/// Returns whether a host has no address. The first lookup reads the file of hosts, too, and searches the domains of this
/// system. It may hide errors of single lookups, so the other two ask for the name as it is.
async fn is_missing(host: &str, resolver: &TokioResolver) -> bool {
    let name = format!("{}.", host.trim_end_matches('.'));
    has_no_records(&resolver.lookup_ip(host).await)
        && has_no_records(&resolver.lookup(name.as_str(), RecordType::A).await)
        && has_no_records(&resolver.lookup(name.as_str(), RecordType::AAAA).await)
}

fn has_no_records<T>(response: &Result<T, NetError>) -> bool {
    response.as_ref().is_err_and(NetError::is_no_records_found)
}

#[cfg(test)]
mod tests {
    use super::{TokioResolver, are_missing, names_no_host};
    use hickory_resolver::ResolverBuilder;
    use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
    use hickory_resolver::net::runtime::TokioRuntimeProvider;
    use mongodb::options::ConnectionString;
    use std::net::{Ipv4Addr, UdpSocket};
    use std::time::Duration;

    const NO_ERROR: u8 = 0;
    const SERVER_FAILURE: u8 = 2;
    const NAME_DOES_NOT_EXIST: u8 = 3;
    const REFUSED: u8 = 5;
    const SHOPS: [&str; 3] = [
        "mongodb://shop:secret@shop.example.net:27017/shop",
        "mongodb://a.example.net,b.example.net/",
        "mongodb+srv://shop.example.net/",
    ];

    /// Returns the builder of a resolver that asks the server at a port of this machine.
    fn resolver(port: u16) -> ResolverBuilder<TokioRuntimeProvider> {
        let mut connection = ConnectionConfig::udp();
        connection.port = port;
        let server = NameServerConfig::new(Ipv4Addr::LOCALHOST.into(), true, vec![connection]);
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
        TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
    }

    /// Starts a DNS server that responds to each query with the code for its name, and without records.
    fn dns(code: impl Fn(&[u8]) -> u8 + Send + 'static) -> TokioResolver {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = socket.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let mut message = [0; 512];
            while let Ok((length, client)) = socket.recv_from(&mut message) {
                let [_, _, flags, rest, ..] = &mut message;
                *flags |= 0x80;
                *rest = 0x80;
                let code = code(&message[..length]);
                message[3] |= code;
                socket.send_to(&message[..length], client).unwrap();
            }
        });
        resolver(port).build().unwrap()
    }

    async fn are_all_missing(uri: &str, resolver: &TokioResolver) -> bool {
        are_missing(&ConnectionString::parse(uri).unwrap(), resolver).await
    }

    #[tokio::test]
    async fn names_without_records_do_not_exist() {
        for code in [NAME_DOES_NOT_EXIST, NO_ERROR] {
            let resolver = dns(move |_| code);
            for uri in SHOPS {
                assert!(are_all_missing(uri, &resolver).await, "{code}: {uri}");
            }
        }
    }

    #[tokio::test]
    async fn an_error_of_dns_proves_nothing() {
        for code in [SERVER_FAILURE, REFUSED] {
            let resolver = dns(move |_| code);
            for uri in SHOPS {
                assert!(!are_all_missing(uri, &resolver).await, "{code}: {uri}");
            }
        }
    }

    #[tokio::test]
    async fn no_response_of_dns_proves_nothing() {
        let silent = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let mut builder = resolver(silent.local_addr().unwrap().port());
        builder.options_mut().timeout = Duration::from_millis(10);
        let resolver = builder.build().unwrap();
        for uri in SHOPS {
            assert!(!are_all_missing(uri, &resolver).await, "{uri}");
        }
    }

    #[tokio::test]
    async fn one_host_that_may_exist_is_enough() {
        let resolver =
            dns(
                |query| {
                    if query.windows(2).any(|label| label == b"\x01b") { SERVER_FAILURE } else { NAME_DOES_NOT_EXIST }
                },
            );
        assert!(!are_all_missing("mongodb://a.example.net,b.example.net/", &resolver).await);
        assert!(are_all_missing("mongodb://a.example.net,c.example.net/", &resolver).await);
    }

    #[tokio::test]
    async fn one_type_of_record_is_no_proof() {
        // The type of the query is before its class, at the end of a query without further records.
        for kind in [b"\0\x01\0\x01", b"\0\x1c\0\x01"] {
            let fails = move |query: &[u8]| query.windows(4).any(|part| part == kind);
            let resolver = dns(move |query| if fails(query) { SERVER_FAILURE } else { NO_ERROR });
            assert!(!are_all_missing("mongodb://shop.example.net/", &resolver).await, "{kind:?}");
        }
    }

    #[tokio::test]
    async fn addresses_and_this_machine_exist() {
        let resolver = dns(|_| NAME_DOES_NOT_EXIST);
        for uri in
            ["mongodb://127.0.0.1:9/", "mongodb://[::1]:9/", "mongodb://localhost:9/", "mongodb://%2Ftmp%2Fno.sock/"]
        {
            assert!(!are_all_missing(uri, &resolver).await, "{uri}");
        }
    }

    #[tokio::test]
    async fn reserved_names_exist_nowhere() {
        assert!(names_no_host("mongodb://shop.invalid/").await);
        assert!(names_no_host("mongodb+srv://cluster.shop.invalid/").await);
        assert!(!names_no_host("mongodb://127.0.0.1:9/").await);
        assert!(!names_no_host("no connection string").await);
    }
}
