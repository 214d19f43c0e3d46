using Muster.Clouds.Kit;
using Muster.Core.Clouds;

namespace Muster.Clouds.Gce.Credentials;

/// <summary>Tokens by a credential file, which is read anew for each: a rotated one counts from the next token on.</summary>
/// <param name="path">The file.</param>
/// <param name="files">Where it is.</param>
/// <param name="first">What it said at the start; who that is, is told until it says otherwise.</param>
/// <param name="calls">Calls the services of tokens; disposed with this.</param>
internal sealed class FileTokens(string path, CloudFiles files, ITokenSource first, TokenCalls calls) : ITokenSource
{
    private ITokenSource _latest = first;

    /// <inheritdoc/>
    public string Who => _latest.Who;

    /// <inheritdoc/>
    public Task<AccessToken> FetchAsync(CancellationToken cancellationToken)
    {
        try
        {
            _latest = CredentialFile.Open(CredentialFile.Read(path, files), files, calls);
        }
        catch (FormatException error)
        {
            throw new CloudException(CloudErrorKind.Unauthorized, $"the credential {path} is not {error.Message}", innerException: error);
        }

        return _latest.FetchAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _latest.Dispose();
        calls.Dispose();
    }
}
