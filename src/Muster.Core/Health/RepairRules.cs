using System.Collections.Immutable;

using Muster.Core.Placements;

namespace Muster.Core.Health;

/// <summary>What <see cref="Repair"/> must be, and its words.</summary>
public static class RepairRules
{
    /// <summary>The modes as they are written.</summary>
    public const string ModeWords = "replace, tell or off";

    /// <summary>The orders as they are written.</summary>
    public const string OrderWords = "launch-first or terminate-first";

    /// <summary>What most being unhealthy may mean, as it is written.</summary>
    public const string MassWords = "hold or replace";

    private const string PortionRule = "a number from 0, or 1% to 100%";

    /// <summary>How a mode is written.</summary>
    public static string Word(RepairMode mode) => mode switch
    {
        RepairMode.Replace => "replace",
        RepairMode.Tell => "tell",
        RepairMode.Off => "off",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
    };

    /// <summary>How an order is written.</summary>
    public static string Word(ReplaceOrder order) => order switch
    {
        ReplaceOrder.LaunchFirst => "launch-first",
        ReplaceOrder.TerminateFirst => "terminate-first",
        _ => throw new ArgumentOutOfRangeException(nameof(order), order, null),
    };

    /// <summary>How it is written what most being unhealthy means.</summary>
    public static string Word(MassVerdict verdict) => verdict switch
    {
        MassVerdict.Hold => "hold",
        MassVerdict.Replace => "replace",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, null),
    };

    /// <summary>What is in force after what was asked.</summary>
    /// <param name="edit">What was asked.</param>
    /// <param name="current">What is in force.</param>
    /// <param name="errors">Gets what is wrong, as <c>repair.mode</c> and the like.</param>
    public static Repair Resolve(RepairEdit edit, Repair current, ImmutableArray<InputError>.Builder errors)
    {
        ArgumentNullException.ThrowIfNull(edit);
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(errors);
        var before = errors.Count;
        var repair = current with
        {
            Mode = edit.Mode switch
            {
                null => current.Mode,
                "replace" => RepairMode.Replace,
                "tell" => RepairMode.Tell,
                "off" => RepairMode.Off,
                _ => Wrong("repair.mode", edit.Mode, ModeWords, current.Mode, errors),
            },
            Order = edit.Order switch
            {
                null => current.Order,
                "launch-first" => ReplaceOrder.LaunchFirst,
                "terminate-first" => ReplaceOrder.TerminateFirst,
                _ => Wrong("repair.order", edit.Order, OrderWords, current.Order, errors),
            },
            UnavailableMax = Portioned("repair.unavailable_max", edit.UnavailableMax, current.UnavailableMax, errors),
            Surge = Portioned("repair.surge", edit.Surge, current.Surge, errors),
            WhenMost = edit.WhenMost switch
            {
                null => current.WhenMost,
                "hold" => MassVerdict.Hold,
                "replace" => MassVerdict.Replace,
                _ => Wrong("repair.when_most", edit.WhenMost, MassWords, current.WhenMost, errors),
            },
        };
        if (errors.Count == before && repair is { UnavailableMax.Value: 0, Surge.Value: 0 })
        {
            errors.Add(new("repair.unavailable_max", "0", "at least 1 of it or of surge: with neither, nothing could ever be replaced"));
        }

        return repair;
    }

    private static Portion Portioned(string field, string? text, Portion otherwise, ImmutableArray<InputError>.Builder errors) =>
        text is null ? otherwise
        : text == "0" ? default
        : Portion.TryParse(text, out var portion) ? portion
        : Wrong(field, text, PortionRule, otherwise, errors);

    private static T Wrong<T>(string field, string text, string rule, T otherwise, ImmutableArray<InputError>.Builder errors)
    {
        errors.Add(new(field, InputError.Shown(text) ?? "", rule));
        return otherwise;
    }
}
