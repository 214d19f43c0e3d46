using System.CommandLine;

using Muster.Api.Groups;
using Muster.Cli.Wording;

namespace Muster.Cli.Arguments;

/// <summary>
/// An option given once for each source of traffic: its name, and behind commas what the group says of itself there, as in
/// <c>edge,backend=web,port=8080</c>.
/// </summary>
internal sealed class TrafficOption : Option<IReadOnlyList<TrafficUseInput>?>
{
    private const string Form = "SOURCE, and behind commas backend=NAME, service=NAME, port=N, port=attribute:NAME, path=PATH, "
        + "network=NETWORK or health";

    public TrafficOption(string name, string description)
        : base(name)
    {
        Description = description;
        HelpName = "source,...";
        Arity = ArgumentArity.OneOrMore;
        AllowMultipleArgumentsPerToken = false;
        CustomParser = result =>
        {
            var uses = new List<TrafficUseInput>();
            foreach (var text in result.Tokens.Select(token => token.Value))
            {
                switch (Read(text))
                {
                    case ({ } use, _):
                        uses.Add(use);
                        break;
                    case (_, var wrong):
                        result.AddError($"{name} is '{text}': {wrong}");
                        break;
                }
            }

            return uses;
        };
    }

    /// <summary>The words of the command line for the fields of the sources that were given.</summary>
    public static (string Field, string Typed)[] Fields(IReadOnlyList<TrafficUseInput>? uses) =>
        [.. (uses ?? []).Select((use, index) => ($"traffic[{index}]", $"--traffic {use.Source}"))];

    private static (TrafficUseInput? Use, string? Wrong) Read(string text)
    {
        var parts = text.Split(',');
        if (parts[0].Length == 0 || parts[0].Contains('=', StringComparison.Ordinal))
        {
            return (null, $"the name of a source comes first: {Form}");
        }

        var use = new TrafficUseInput { Source = parts[0] };
        foreach (var part in parts.Skip(1))
        {
            if (With(use, part) is not { } with)
            {
                return (null, WhatIsWrongWith(part));
            }

            // What says a field a second time could mean either.
            if (Said(with) == Said(use))
            {
                return (null, $"'{part}' says again what was said before it");
            }

            use = with;
        }

        return (use, null);
    }

    private static int Said(TrafficUseInput use) =>
        (use.Backend is null ? 0 : 1) + (use.Service is null ? 0 : 1) + (use.Path is null ? 0 : 1) + (use.Network is null ? 0 : 1)
        + (use.Port is null && use.Attribute is null ? 0 : 1) + (use.Health is null ? 0 : 1);

    /// <summary>Why a part says nothing of a source: its value, where its name is one of those that there are.</summary>
    private static string WhatIsWrongWith(string part)
    {
        var split = part.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = split < 0 ? (part, "") : (part[..split], part[(split + 1)..]);
        return name switch
        {
            "backend" or "service" => $"'{part}' needs a name: {name}=NAME",
            "path" => $"'{part}' needs a path: path=/PATH",
            "network" => $"'{part}' needs a network: network=10.0.0.0/8",
            "port" => $"port is '{value}': 1 to 65535, or attribute:NAME for the attribute of each instance that holds it",
            "health" => $"'{part}' says too much: health alone has the source's own checks count as health",
            _ => $"'{part}' is none of what stands behind a source: {Form}",
        };
    }

    private static TrafficUseInput? With(TrafficUseInput use, string part)
    {
        var split = part.IndexOf('=', StringComparison.Ordinal);
        var value = split < 0 ? "" : part[(split + 1)..];
        return (split < 0 ? part : part[..split], value.Length > 0) switch
        {
            ("backend", true) => use with { Backend = value },
            ("service", true) => use with { Service = value },
            ("path", true) => use with { Path = value },
            ("network", true) => use with { Network = value },
            ("port", true) when WholeNumber.TryParse(value, 1, 65535, out int port) => use with { Port = port },
            ("port", true) when PortText.AttributeOf(value) is { } attribute => use with { Attribute = attribute },
            ("health", false) when split < 0 => use with { Health = true },
            _ => null,
        };
    }
}
