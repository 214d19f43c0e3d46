using System.CommandLine;

using Muster.Api.Groups;
using Muster.Cli.Arguments;
using Muster.Cli.Wording;
using Muster.Core.Life;
using Muster.Core.Placements;

namespace Muster.Cli.Commands.Groups;

/// <summary>How <c>group create</c> and <c>group update</c> are told what rests beside a group's level.</summary>
internal sealed class PoolOptions
{
    private readonly Option<string?> _size = new("--pool")
    {
        Description = "How many instances rest beside the capacity, in a warm pool: growing starts them before anything new is launched.",
        HelpName = "n|n%",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (!Portion.TryParse(text, out var size) || !PoolRules.Admits(size))
            {
                result.AddError($"--pool is '{text}': {PoolRules.SizeWords}");
            }

            return text;
        },
    };

    private readonly ChoiceOption<PoolMode> _mode;

    private readonly Option<bool?> _takesSurplus = new("--pool-takes-surplus")
    {
        Description = "Instances beyond the capacity go to rest while the pool is short, and are not terminated.",
        HelpName = "true|false",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly TimeOrOffOption _ageMax;
    private readonly Option<bool>? _none;

    private PoolOptions(bool isNew)
    {
        string Unless(string value) => isNew ? $"; {value} unless set" : "";
        _mode = new(
            "--pool-mode", $"How they rest: stopped, or suspended where the cloud can{Unless("stopped")}.", Words.PoolModes);
        _ageMax = new(
            "--pool-age-max", $"How old one that rests becomes before another takes its place{Unless("off")}.",
            PoolRules.AgeMin, PoolRules.AgeMaxMax);
        _none = isNew ? null : new("--no-pool") { Description = "Have no warm pool: what rests is terminated." };
    }

    /// <summary>Those of a new group.</summary>
    public static PoolOptions OfNew() => new(isNew: true);

    /// <summary>Those of a group that is changed.</summary>
    public static PoolOptions OfChange() => new(isNew: false);

    /// <summary>All of them.</summary>
    public void AddTo(Command command)
    {
        Option[] some = [_size, _mode, _takesSurplus, _ageMax];
        foreach (var option in some)
        {
            command.Add(option);
        }

        if (_none is not { } none)
        {
            return;
        }

        command.Add(none);
        command.Validators.Add(result =>
        {
            foreach (var option in some.Where(option => result.GetValue(none) && result.GetResult(option) is not null))
            {
                result.AddError($"{none.Name} and {option.Name} cannot be combined");
            }
        });
    }

    /// <summary>Whether there is to be no pool at all: then nothing else that is said of one counts.</summary>
    public bool IsOff(ParseResult parse) => _none is not null && parse.GetValue(_none);

    /// <summary>What was given; null when nothing was.</summary>
    public PoolInput? Read(ParseResult parse)
    {
        if (IsOff(parse))
        {
            return new() { Size = PoolInput.Off };
        }

        var given = new PoolInput
        {
            Size = parse.GetValue(_size),
            Mode = parse.GetValue(_mode) is { } mode ? Words.PoolModes.Word(mode) : null,
            TakesSurplus = parse.GetResult(_takesSurplus) is null ? null : parse.GetValue(_takesSurplus) ?? true,
            AgeMaxS = parse.GetValue(_ageMax),
        };
        return given == new PoolInput() ? null : given;
    }
}
