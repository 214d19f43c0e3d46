using System.CommandLine;

using Muster.Cli.Arguments;
using Muster.Cli.Composition;
using Muster.Cli.Composition.Stores;
using Muster.Cli.Configuration;
using Muster.Cli.Configuration.Files;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Core.Accounts;
using Muster.Core.Storage;

namespace Muster.Cli.Commands.Serving;

/// <summary><c>muster server</c></summary>
internal sealed class ServerCommand : MusterCommand
{
    private readonly FileOption _config = new("--config")
    {
        Description = "The configuration file; docs/configuration.md explains it.",
        Required = true,
    };

    private readonly Option<bool> _check = new("--check")
    {
        Description = "Check the file and everything that it names on this machine, print every error, and exit; no cloud is called.",
    };

    private readonly Option<bool> _paused = new("--paused")
    {
        Description =
            "Start paused: check groups, but launch and terminate nothing until 'muster resume --all'. Use it after restoring a store.",
    };

    public ServerCommand(Terminal terminal)
        : base(
            terminal, "server", "Run the server with a configuration file.",
            "muster server --config /etc/muster/muster.toml",
            "muster server --config muster.toml --check",
            "muster server --config muster.toml --paused")
    {
        Add(_config);
        Add(_check);
        Add(_paused);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var path = parse.GetRequiredValue(_config)!.ToString();
        var settings = ConfigReader.ReadToServe(path, Terminal);
        if (parse.GetValue(_check))
        {
            await StoreFactory.ProbeAsync(settings.Store, Terminal.Time, Terminal.Random, cancellationToken);
            Terminal.Error.WriteLine($"muster: {path} is good");
            return ExitCode.Ok;
        }

        settings.Paused |= parse.GetValue(_paused);
        using var stop = new StopSignals(cancellationToken);
        var store = await StoreFactory.OpenAsync(settings.Store, Terminal.Time, Terminal.Random, stop.Token);
        if (settings is { Auth.Mode: AuthMode.Tokens, Tsg.DevMode: false })
        {
            await LookForAdminAsync(path, settings, store, stop.Token);
        }

        await using var installation = await Installation.BuildAsync(settings, store, Terminal.Time, Terminal.Random);
        await installation.RunAsync(() => Greet(installation.Address, settings), stop.Token);
        Terminal.Error.WriteLine("muster: stopped; instances keep running");
        return ExitCode.Ok;
    }

    private void Greet(string address, MusterConfig settings)
    {
        Terminal.Error.WriteLine($"muster: listening on {address}, data in {settings.Data}");
        if (settings.Tsg.DevMode)
        {
            Terminal.Error.WriteLine("muster: dev mode: /v1/tsg asks nobody on this machine who they are");
        }
    }

    /// <summary>Refuses to serve a store that nobody can enter yet, and warns of one that no admin can enter any more.</summary>
    /// <remarks>
    /// Tokens expire. A machine that starts again after the last admin's token did must keep its groups: instances that die meanwhile are
    /// not replaced by a server that refuses to start.
    /// </remarks>
    private async Task LookForAdminAsync(string path, MusterConfig settings, IStore store, CancellationToken cancellationToken)
    {
        var admins = await ListAdminsAsync(store, store, cancellationToken);
        var now = Terminal.Time.GetUtcNow();
        if (admins.Any(token => token.RevokedAt is null && token.ExpiresAt > now))
        {
            return;
        }

        if (admins.Count > 0)
        {
            // A SQLite store has one user at a time.
            var how = settings.Store.Url is null ? "stop the server, make a new one" : "make a new one";
            Terminal.Error.WriteLine(
                "muster: no admin's token is valid any more: all are expired or revoked. Groups are kept as before; "
                + $"{how} with 'muster token create NAME --role admin --config {path}'");
            return;
        }

        var words = $"no admin's token exists yet: create one with 'muster token create admin --role admin --config {path}'";
        if (!settings.Tsg.TakesSignatures(settings.Clouds))
        {
            await store.DisposeAsync();
            throw new CliException(ExitCode.Usage, words);
        }

        Terminal.Error.WriteLine($"muster: accounts come in by their signatures, and only at /v1/tsg; {words}");
    }

    /// <summary>The tokens of those who can let others in: admins of any account, expired and revoked ones included.</summary>
    private static async Task<IReadOnlyList<Token>> ListAdminsAsync(
        IAccountStore accounts, ITokenStore tokens, CancellationToken cancellationToken)
    {
        var admins = new List<Token>();
        foreach (var account in await accounts.ListAccountsAsync(cancellationToken))
        {
            var kept = await tokens.ListTokensAsync(account.Id, cancellationToken);
            admins.AddRange(kept.Where(token => token.Role is Role.Admin));
        }

        return admins;
    }
}
