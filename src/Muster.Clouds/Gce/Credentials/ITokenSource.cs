using Muster.Core.Clouds;

namespace Muster.Clouds.Gce.Credentials;

/// <summary>Gets access tokens.</summary>
internal interface ITokenSource : IDisposable
{
    /// <summary>Whose they are, for people: <c>service account muster@p.iam.gserviceaccount.com</c>.</summary>
    string Who { get; }

    /// <summary>Gets a new one.</summary>
    /// <exception cref="CloudException">
    /// There is none: <see cref="CloudErrorKind.Unauthorized"/> where only a person can mend that.
    /// </exception>
    Task<AccessToken> FetchAsync(CancellationToken cancellationToken);
}
