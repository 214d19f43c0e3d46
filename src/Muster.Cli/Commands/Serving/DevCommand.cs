using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Composition;
using Muster.Cli.Composition.Stores;
using Muster.Cli.Configuration;
using Muster.Cli.Exits;
using Muster.Cli.Simulating;
using Muster.Cli.Terminals;
using Muster.Core;
using Muster.Server;

namespace Muster.Cli.Commands.Serving;

/// <summary><c>muster dev</c></summary>
internal sealed class DevCommand : MusterCommand
{
    private static readonly TimeSpan SteeringInterval = TimeSpan.FromSeconds(2);

    private readonly Option<string?> _listen = new("--listen")
    {
        Description = "Where to listen: a loopback address and a port; 127.0.0.1:7474 unless set, port 0 for any free one.",
        HelpName = "address",
    };

    private readonly Option<DirectoryInfo?> _data = CommonOptions.Data(
        "Where everything is kept; $XDG_DATA_HOME/muster, or ~/.local/share/muster, unless set.");

    private readonly SimulationOptions _simulation = new();

    private readonly Option<bool> _verbose = new("--verbose") { Description = "Log every level check too." };

    public DevCommand(Terminal terminal)
        : base(
            terminal, "dev", "Run a whole Muster on this machine: server, store, pulse and the local cloud; no authentication.",
            "muster dev",
            "muster dev --listen 127.0.0.1:0 --data /tmp/muster",
            "muster dev --simulate triton --simulate-provisioning 30s --simulate-failing 5",
            "muster dev --simulate nomad")
    {
        Add(_listen);
        Add(_data);
        _simulation.AddTo(this);
        Add(_verbose);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var config = Config(parse);
        using var stop = new StopSignals(cancellationToken);
        var simulated = _simulation.Read(parse);
        await using var cloud = await SimulatedClouds.StartAsync(simulated, config.Data, _simulation.ReadBehaviour(parse), Terminal.Time);
        await using var nomad = simulated is Simulated.Nomad ? await SimulatedNomad.StartAsync(config, Terminal.Time) : null;
        if (cloud is not null)
        {
            config.Clouds.Add(cloud.Cloud);
            if (cloud.Traffic is { } traffic)
            {
                config.Traffic.Add(traffic);
            }
        }

        var store = await StoreFactory.OpenAsync(config.Store, Terminal.Time, Terminal.Random, stop.Token);
        await using var installation = await Installation.BuildAsync(config, store, Terminal.Time, Terminal.Random);
        await installation.RunAsync(
            () =>
            {
                // Tasks call the port that it got.
                config.Nomad.Jobs.Server = installation.Address;
                Greet(installation.Address, config.Data, cloud, nomad);
            },
            stop.Token);
        Terminal.Error.WriteLine($"muster: stopped; instances keep running{(cloud is null ? "" : ", simulated ones have ended")}");
        return ExitCode.Ok;
    }

    private MusterConfig Config(ParseResult parse)
    {
        var config = new MusterConfig
        {
            Path = "",
            Data = parse.GetValue(_data)?.FullName ?? DataDirectory.Default(Terminal),
        };
        config.Auth.Mode = AuthMode.None;
        config.Server.LogLevel = parse.GetValue(_verbose)
            ? Microsoft.Extensions.Logging.LogLevel.Debug
            : Microsoft.Extensions.Logging.LogLevel.Warning;
        // Whoever tries a policy looks at the screen: a round of one machine's groups costs nothing.
        config.Steering.Interval = SteeringInterval;
        config.Store.Path = DataDirectory.Store(config.Data);
        config.Secrets.Keyring = DataDirectory.Keyring(config.Data);
        // With zones to try placements in; where none is asked for, they make no difference.
        config.Clouds.Add(new() { Name = "local", Kind = "local", Options = { ["zones"] = "a b c" } });
        if (parse.GetValue(_listen) is { } address)
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

    private void Greet(string address, string directory, SimulatedCloud? cloud, SimulatedNomad? nomad)
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
        if (cloud is not null)
        {
            Terminal.Out.WriteLine(cloud.Greeting);
        }

        if (nomad is not null)
        {
            Terminal.Out.WriteLine(
                $"""

                A simulated Nomad answers at {nomad.Url}: it runs a job for each group, whose task is 'muster scale --group-id'.
                  muster group checks web
                  curl -s '{nomad.Url}/v1/jobs?prefix=muster-'
                """);
        }
    }
}
