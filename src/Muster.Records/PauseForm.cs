using Muster.Core.Storage;

namespace Muster.Records;

/// <summary>The form of an <see cref="InstallationPause"/>.</summary>
public sealed record PauseForm(long SinceUs, string By, string Reason, string[] Strangers) : IForm<PauseForm, InstallationPause>
{
    /// <inheritdoc/>
    public static PauseForm Of(InstallationPause value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(Microseconds.From(value.Since), value.By, value.Reason, [.. value.Strangers]);
    }

    /// <inheritdoc/>
    public InstallationPause ToValue() => new(Microseconds.ToTime(SinceUs), By, Reason, [.. Strangers]);
}
