namespace Muster.Api.Client;

/// <summary>No answer came: nothing is known of whether the request was carried out.</summary>
/// <param name="address">Where the server should be.</param>
/// <param name="why">In words.</param>
/// <param name="innerException">The original.</param>
public sealed class ServerUnreachableException(Uri address, string why, Exception? innerException = null)
    : Exception($"no answer from the Muster server at {address}: {why}", innerException)
{
    /// <summary>Where the server should be.</summary>
    public Uri Address { get; } = address;
}
