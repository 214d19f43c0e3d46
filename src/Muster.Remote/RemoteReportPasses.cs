using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Launching;
using Muster.Remote.Wire;

namespace Muster.Remote;

/// <summary>What new instances report their own health with, from the server, for a level check that runs elsewhere.</summary>
/// <param name="server">The server.</param>
public sealed class RemoteReportPasses(RemoteConnection server) : IReportPasses
{
    /// <inheritdoc/>
    public async Task<ReportPass> MakeAsync(
        AccountId account, GroupId group, LaunchId launch, DateTimeOffset launchedAt, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await server.ReadAsync($"groups/{group}/launches/{launch}/pass", RemoteJson.Default.PassAnswer, cancellationToken);
            return new(answer.Token, answer.Url);
        }
        catch (RemoteException error)
        {
            throw new CloudException(
                error.Kind is RemoteErrorKind.NotFound ? CloudErrorKind.InvalidRequest : CloudErrorKind.Unavailable,
                $"the server gives no token for the instance: {error.Message}", innerException: error);
        }
    }
}
