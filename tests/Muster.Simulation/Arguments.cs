using System.Globalization;

namespace Muster.Simulation;

/// <summary>The command line of <c>./simulate</c>.</summary>
/// <param name="Seeds">How many worlds.</param>
/// <param name="From">The first one's seed.</param>
/// <param name="Seed">The one to run; null to run many.</param>
/// <param name="Trace">Whether to print every line.</param>
/// <param name="Policies">Whether only worlds with policies are run.</param>
/// <param name="Gates">Whether only worlds with drains and hooks are run.</param>
/// <param name="Pools">Whether only worlds with warm pools are run.</param>
public sealed record Arguments(
    int Seeds, ulong From, ulong? Seed, bool Trace, bool Policies = false, bool Gates = false, bool Pools = false)
{
    /// <summary>What was asked for; null when it is not understood.</summary>
    public static Arguments? Parse(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var arguments = new Arguments(Seeds: 1000, From: 1, Seed: null, Trace: false);

        // One world is what --seed asks for, and how many, or from where, would go unheard.
        if (args.Contains("--seed") && (args.Contains("--seeds") || args.Contains("--from") || args.Contains("--policies")
            || args.Contains("--gates") || args.Contains("--pools")))
        {
            return null;
        }

        for (var index = 0; index < args.Length; index++)
        {
            var next = index + 1 < args.Length
                && ulong.TryParse(args[index + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (ulong?)null;
            switch (args[index], next)
            {
                case ("--trace", _):
                    arguments = arguments with { Trace = true };
                    continue;
                case ("--policies", _):
                    arguments = arguments with { Policies = true };
                    continue;
                case ("--gates", _):
                    arguments = arguments with { Gates = true };
                    continue;
                case ("--pools", _):
                    arguments = arguments with { Pools = true };
                    continue;
                case ("--seeds", > 0 and <= int.MaxValue):
                    arguments = arguments with { Seeds = (int)next };
                    break;
                case ("--from", not null):
                    arguments = arguments with { From = next.Value };
                    break;
                case ("--seed", not null):
                    arguments = arguments with { Seed = next };
                    break;
                default:
                    return null;
            }

            index++;
        }

        return arguments is { Trace: true, Seed: null } ? null : arguments;
    }
}
