using System.CommandLine;

using Muster.Api.Groups;
using Muster.Cli.Arguments;
using Muster.Core;
using Muster.Core.Life;

namespace Muster.Cli.Commands.Groups;

/// <summary>
/// How <c>group create</c> and <c>group update</c> are told what an instance waits for before it is in service, and before it ends.
/// </summary>
internal sealed class LifeOptions
{
    private readonly DurationOption _deadline;
    private readonly DurationOption _wait;
    private readonly Option<string[]?> _through;
    private readonly HookOption _hooks;
    private readonly Option<bool>? _noDrain;
    private readonly Option<bool>? _noHooks;

    private LifeOptions(bool isNew)
    {
        string Unless(string value) => isNew ? $"; {value} unless set" : "";
        var (all, more) = isNew ? ("", "") : (", all of them in place of those before", "; '' for none");
        _deadline = new(
            "--drain-deadline", $"How long an instance may take to leave its load balancers before it is terminated{Unless("5m")}.",
            DrainRules.DeadlineMin, DrainRules.DeadlineMax);
        _wait = new("--drain-wait", $"How long is waited at least{Unless("0s")}.", TimeSpan.Zero, DrainRules.DeadlineMax);
        _through = new("--drain-through")
        {
            Description = $"A source of traffic that an instance leaves before it is terminated{all}{more}. Repeated.",
            HelpName = "name",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };
        _hooks = new(
            "A hook: at launch or at termination each instance waits for an answer to it, so long, and silence means that; with a URL or "
            + $"exec:NAME to tell{all}. Repeated.");
        if (!isNew)
        {
            _noDrain = new("--no-drain") { Description = "Terminate instances at once." };
            _noHooks = new("--no-hooks") { Description = "Have instances wait for nobody's answer." };
        }
    }

    /// <summary>Those of a new group.</summary>
    public static LifeOptions OfNew() => new(isNew: true);

    /// <summary>Those of a group that is changed.</summary>
    public static LifeOptions OfChange() => new(isNew: false);

    /// <summary>All of them.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option?[] { _deadline, _wait, _through, _noDrain, _hooks, _noHooks })
        {
            if (option is not null)
            {
                command.Add(option);
            }
        }

        command.Validators.Add(result =>
        {
            foreach (var (none, some) in new (Option<bool>?, Option)[]
            {
                (_noDrain, _deadline), (_noDrain, _wait), (_noDrain, _through), (_noHooks, _hooks),
            })
            {
                if (none is not null && result.GetValue(none) && result.GetResult(some) is not null)
                {
                    result.AddError($"{none.Name} and {some.Name} cannot be combined");
                }
            }
        });
    }

    /// <summary>Whether there is to be no drain at all: then nothing else that is said of one counts.</summary>
    public bool IsDrainOff(ParseResult parse) => _noDrain is not null && parse.GetValue(_noDrain);

    /// <summary>What was given of the drain; null when nothing was.</summary>
    public DrainInput? ReadDrain(ParseResult parse)
    {
        if (IsDrainOff(parse))
        {
            return new() { DeadlineS = DrainInput.Off };
        }

        var given = new DrainInput
        {
            DeadlineS = parse.GetValue(_deadline)?.TotalSeconds,
            WaitS = parse.GetValue(_wait)?.TotalSeconds,
            Through = parse.GetResult(_through) is null ? null : Names(parse.GetValue(_through) ?? []),
        };
        return given == new DrainInput() ? null : given;
    }

    /// <summary>All the hooks that were given; null when none was.</summary>
    public IReadOnlyList<HookInput>? ReadHooks(ParseResult parse) =>
        _noHooks is not null && parse.GetValue(_noHooks) ? [] : parse.GetValue(_hooks);

    private static string[] Names(string[] given) => given is [""] ? [] : given;
}
