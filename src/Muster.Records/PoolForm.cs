using System.Text.Json;
using System.Text.Json.Serialization;

using Muster.Core.Life;

namespace Muster.Records;

/// <summary>The form of a <see cref="Pool"/>. No most age is left out.</summary>
public sealed record PoolForm(
    string Size,
    bool Suspended,
    bool TakesSurplus,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? AgeMaxUs = null)
{
    /// <summary>The form; null of no pool.</summary>
    public static PoolForm? Of(Pool? pool) => pool is null
        ? null
        : new(pool.Size.ToString(), pool.IsSuspended, pool.TakesSurplus, Microseconds.From(pool.AgeMax));

    /// <summary>The pool of a form, or of nothing.</summary>
    /// <exception cref="JsonException">Its size is none.</exception>
    public static Pool? ToValue(PoolForm? form) => form is null
        ? null
        : new Pool
        {
            Size = Portions.ToValue(form.Size)!.Value,
            IsSuspended = form.Suspended,
            TakesSurplus = form.TakesSurplus,
            AgeMax = Microseconds.ToSpan(form.AgeMaxUs),
        };
}
