using System.Text.Json;

using Muster.Core.Health;
using Muster.Core.Placements;

namespace Muster.Records;

/// <summary>The form of a <see cref="Repair"/>. A group that goes by every default has none.</summary>
public sealed record RepairForm(RepairMode Mode, ReplaceOrder Order, string UnavailableMax, string Surge, MassVerdict WhenMost)
{
    private const string None = "0";

    private static readonly Repair Unasked = new();

    /// <summary>The form; null of what a group has that was asked for nothing.</summary>
    public static RepairForm? Of(Repair repair)
    {
        ArgumentNullException.ThrowIfNull(repair);
        return repair == Unasked
            ? null
            : new(repair.Mode, repair.Order, repair.UnavailableMax.ToString(), repair.Surge.ToString(), repair.WhenMost);
    }

    /// <summary>The value of a form, or of nothing.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static Repair ToValue(RepairForm? form) => form is null
        ? Unasked
        : new()
        {
            Mode = form.Mode,
            Order = form.Order,
            UnavailableMax = ToPortion(form.UnavailableMax),
            Surge = ToPortion(form.Surge),
            WhenMost = form.WhenMost,
        };

    // Here alone, none has a meaning.
    private static Portion ToPortion(string text) => text == None ? default : Portions.ToValue(text)!.Value;
}
