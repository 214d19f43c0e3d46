using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Composition;
using Muster.Cli.Configuration;
using Muster.Cli.Terminals;
using Muster.Core;
using Muster.Server;

namespace Muster.Cli.Commands.Serving;

/// <summary><c>muster dev</c></summary>
internal sealed class DevCommand : MusterCommand
{
    private readonly Option<string?> listen = new("--listen")
    {
        Description = "Where to listen: a loopback address and a port; 127.0.0.1:7474 unless set, port 0 for any free one.",
        HelpName = "address",
    };

    private readonly Option<DirectoryInfo?> data = CommonOptions.Data(
        "Where everything is kept; $XDG_DATA_HOME/muster, or ~/.local/share/muster, unless set.");

    private readonly Option<bool> verbose = new("--verbose") { Description = "Log every level check too." };

    public DevCommand(Terminal terminal)
        : base(
            terminal, "dev", "Run a whole Muster on this machine: server, store, pulse and the local cloud; no authentication.",
            "muster dev",
            "muster dev --listen 127.0.0.1:0 --data /tmp/muster")
    {
        Add(listen);
        Add(data);
        Add(verbose);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var config = Config(parse);
        using var stop = new StopSignals(cancellationToken);
        var store = await StoreFactory.OpenAsync(config.Store, Terminal.Time, Terminal.Random, stop.Token);
        await using var installation = await Installation.BuildAsync(config, store, Terminal.Time, Terminal.Random);
        await installation.RunAsync(() => Greet(installation.Address, config.Data), stop.Token);
        Terminal.Error.WriteLine("muster: stopped; instances keep running");
        return ExitCode.Ok;
    }

    private MusterConfig Config(ParseResult parse)
    {
        var config = new MusterConfig
        {
            Path = "",
            Data = parse.GetValue(data)?.FullName ?? DataDirectory.Default(Terminal),
        };
        config.Auth.Mode = AuthMode.None;
        config.Server.LogLevel = parse.GetValue(verbose) ? Microsoft.Extensions.Logging.LogLevel.Debug : Microsoft.Extensions.Logging.LogLevel.Warning;
        config.Store.Path = DataDirectory.Store(config.Data);
        config.Clouds.Add(new() { Name = "local", Kind = "local" });
        if (parse.GetValue(listen) is { } address)
        {
            config.Server.Listen = Loopback(address);
        }

        return config;
    }

    private static System.Net.IPEndPoint Loopback(string text)
    {
        try
        {
            var endpoint = ListenAddress.Parse(text);
            return System.Net.IPAddress.IsLoopback(endpoint.Address)
                ? endpoint
                : throw new CliException(
                    ExitCode.Usage,
                    $"--listen is '{text}': a loopback address, since muster dev asks nobody who they are; "
                    + "for others there is 'muster server' with tokens");
        }
        catch (InputException error)
        {
            throw new CliException(ExitCode.Usage, $"--listen is '{text}': {error.Errors[0].Allowed}", error);
        }
    }

    private void Greet(string address, string directory)
    {
        var setAddress = address == ServerAddress.Default ? "" : $"\n  export MUSTER_ADDR={address}";
        Terminal.Out.WriteLine(
            $"""
            Muster is listening on {address}
            Everything is kept in {directory}
            Stop with Ctrl-C: instances keep running, and the next start takes them up again.

            In another shell:{setAddress}
              muster template create hello --cloud local --image 'muster hello'
              muster group create web --template hello --capacity 3
              muster group wait web
              muster group instances web
            """);
    }
}
