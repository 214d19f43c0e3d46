using Muster.Core.Steering;

namespace Muster.Records;

/// <summary>The form of an <see cref="Adjustment"/>.</summary>
public sealed record AdjustmentForm(AdjustmentKind Kind, int Value)
{
    /// <summary>The form.</summary>
    public static AdjustmentForm Of(Adjustment adjustment) => new(adjustment.Kind, adjustment.Value);

    /// <summary>The value again.</summary>
    public Adjustment ToValue() => new(Kind, Value);
}
