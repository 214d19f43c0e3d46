using System.Text.Json.Serialization;

using Muster.Core.Schedules;

namespace Muster.Records;

/// <summary>The form of a <see cref="Schedule"/>. Windows are as people write them; a frame that says nothing is left out.</summary>
public sealed record ScheduleForm(
    string Zone,
    string[] Windows,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FrameForm? Inside = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FrameForm? Outside = null) : IForm<ScheduleForm, Schedule>
{
    /// <inheritdoc/>
    public static ScheduleForm Of(Schedule value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(
            value.Zone, [.. value.Windows.Select(window => window.Text)], FrameForm.Of(value.Inside), FrameForm.Of(value.Outside));
    }

    /// <inheritdoc/>
    public Schedule ToValue() => new()
    {
        Zone = Zone,
        Windows = [.. Forms.Each(Windows).Select(text => new Window(text))],
        Inside = FrameForm.ToValue(Inside),
        Outside = FrameForm.ToValue(Outside),
    };
}

/// <summary>The form of a <see cref="Frame"/>.</summary>
public sealed record FrameForm(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Min = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Max = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Floor = null)
{
    /// <summary>The form; null of a frame that says nothing.</summary>
    public static FrameForm? Of(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return frame.SaysSomething ? new(frame.Min, frame.Max, frame.Floor) : null;
    }

    /// <summary>The frame of a form, or of nothing.</summary>
    public static Frame ToValue(FrameForm? form) => form is null ? Frame.Open : new(form.Min, form.Max, form.Floor);
}
