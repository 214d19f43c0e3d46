using System.Text.Json.Serialization;

using Muster.Core.Life;
using Muster.Core.Members;

namespace Muster.Records;

/// <summary>The form of a <see cref="Hook"/>. One that tells nobody leaves that out.</summary>
public sealed record HookForm(
    string Name,
    HookMoment At,
    long TimeoutUs,
    GateAnswer OnTimeout,
    long SinceUs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Tell = null)
{
    /// <summary>The forms of these hooks; null of none.</summary>
    public static HookForm[]? Of(Hooks hooks)
    {
        ArgumentNullException.ThrowIfNull(hooks);
        return hooks.All.IsEmpty
            ? null
            : [.. hooks.All.Select(hook => new HookForm(
                hook.Name, hook.At, Microseconds.From(hook.Timeout), hook.OnTimeout, Microseconds.From(hook.Since), hook.Tell))];
    }

    /// <summary>The hooks of these forms, or of nothing.</summary>
    public static Hooks ToValue(HookForm[]? forms) => forms is null
        ? Hooks.None
        : new([.. Forms.Each(forms).Select(form => new Hook
        {
            Name = form.Name,
            At = form.At,
            Timeout = Microseconds.ToSpan(form.TimeoutUs),
            OnTimeout = form.OnTimeout,
            Since = Microseconds.ToTime(form.SinceUs),
            Tell = form.Tell,
        })]);
}
