using System.Security.Cryptography;

using Muster.Cli.Executables;
using Muster.Cli.Terminals;
using Muster.Clouds;
using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Reconciling;
using Muster.Remote.Wire;

namespace Muster.Cli.Scaling.Assigned;

/// <summary>A cloud that is opened with what a server gave for it.</summary>
internal sealed class GrantedCloud : IAsyncDisposable
{
    private readonly ICloudByAccount? _opener;

    private GrantedCloud(GovernedCloud cloud, ICloudByAccount? opener) => (Cloud, _opener) = (cloud, opener);

    /// <summary>The connection, behind the server's governor.</summary>
    public GovernedCloud Cloud { get; }

    /// <exception cref="InputException">An option is not what this machine or this version can work with.</exception>
    /// <exception cref="CloudException">It cannot be opened.</exception>
    public static async Task<GrantedCloud> OpenAsync(
        CloudAccess access, ICallGovernor governor, TimeProvider timeProvider, Terminal terminal, CancellationToken cancellationToken)
    {
        var setup = new CloudSetup
        {
            Name = access.Name,
            DataDirectory = access.DataDirectory,
            SelfPath = SelfPath.Current,
            Options = access.Options,
            Files = CloudFiles.Given(access.Files),
            Say = line => terminal.Error.WriteLine(VisibleText.OneLine(line)),
            Time = timeProvider,
            Random = terminal.Random,
        };
        if (access.Login is not { } login)
        {
            return new(new(await CloudKinds.OpenAsync(access.Kind, setup, cancellationToken), governor), opener: null);
        }

        var opener = CloudKinds.OpenByAccount(access.Kind, setup)
            ?? throw new InputException(
                $"clouds.{access.Name}.kind",
                access.Kind,
                "a kind that is spoken to as each account: server and task are of different versions");
        try
        {
            return new(new(opener.Open(login, access.AccountKey), governor), opener);
        }
        catch (FormatException error)
        {
            throw new CloudException(CloudErrorKind.Unavailable, $"the credential of account {login} is none", innerException: error);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(access.AccountKey);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Cloud.DisposeAsync();
        if (_opener is not null)
        {
            await _opener.DisposeAsync();
        }
    }
}
