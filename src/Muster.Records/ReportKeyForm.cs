using System.Collections.Immutable;

using Muster.Core.Accounts;

namespace Muster.Records;

/// <summary>The form of a <see cref="ReportKey"/>.</summary>
public sealed record ReportKeyForm(int Number, long SinceUs, SecretForm Sealed)
{
    /// <summary>The forms of these keys.</summary>
    public static ReportKeyForm[] Of(ImmutableArray<ReportKey> keys) =>
        [.. keys.Select(key => new ReportKeyForm(key.Number, Microseconds.From(key.Since), SecretForm.Of(key.Sealed)))];

    /// <summary>The keys of these forms.</summary>
    public static ImmutableArray<ReportKey> ToValue(ReportKeyForm[] forms) =>
        [.. Forms.Each(forms).Select(form => new ReportKey(form.Number, Microseconds.ToTime(form.SinceUs), form.Sealed.ToValue()))];
}
