using Muster.Core;

namespace Muster.Terraform.Connections;

/// <summary>The server took longer for one request than it may.</summary>
internal sealed class RequestTimeoutException(Uri address, TimeSpan limit, Exception innerException) : Exception(
    $"no answer from the Muster server at {address} within {DurationText.Format(limit)}, the provider's request_timeout", innerException);
