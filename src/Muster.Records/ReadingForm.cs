using System.Text.Json.Serialization;

using Muster.Core.Metrics;

namespace Muster.Records;

/// <summary>The form of a <see cref="Reading"/>, where one stands alone. Chunks are packed (<see cref="PackedReadings"/>).</summary>
public sealed record ReadingForm(
    long AtUs, double Value, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Instances = 0)
{
    /// <summary>The form; null of none.</summary>
    public static ReadingForm? Of(Reading? reading) =>
        reading is { } value ? new(Microseconds.From(value.At), value.Value, value.Instances) : null;

    /// <summary>The reading of a form, or of nothing.</summary>
    public static Reading? ToValue(ReadingForm? form) =>
        form is null ? null : new(Microseconds.ToTime(form.AtUs), form.Value, form.Instances);
}
