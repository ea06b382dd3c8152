//! Maps the errors of AWS's SDK to those of the shop.

use crate::media::MediaError;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

impl<E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static> From<SdkError<E, HttpResponse>>
    for MediaError
{
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        match &error {
            SdkError::ServiceError(rejection) => {
                from_response(rejection.raw().status().as_u16(), rejection.err().code())
            }
            SdkError::ConstructionFailure(_) => Self::InvalidRequest(error.into()),
            // Signing is a step of sending. Its errors have no kind, unlike those of the connection.
            SdkError::DispatchFailure(failure)
                if failure.is_user() || (failure.is_other() && failure.as_other().is_none()) =>
            {
                Self::InvalidRequest(error.into())
            }
            _ => Self::Unreachable(error.into()),
        }
    }
}

fn from_response(status: u16, code: Option<&str>) -> MediaError {
    let code = code.unwrap_or("unknown").to_owned();
    // S3 reports an error that occurs while it copies an object with status 200
    // (<https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>).
    if matches!(status, 200 | 429 | 500..) || ["InternalError", "RequestTimeout", "SlowDown"].contains(&code.as_str()) {
        MediaError::Failed { status, code }
    } else {
        MediaError::Rejected { status, code }
    }
}
