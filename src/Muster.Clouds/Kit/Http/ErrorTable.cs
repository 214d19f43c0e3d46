using System.Collections.Immutable;

using Muster.Core.Clouds;

namespace Muster.Clouds.Kit.Http;

/// <summary>What the codes and words of a cloud's refusals mean. The first row that fits counts, so the special ones come first.</summary>
internal sealed class ErrorTable(params ImmutableArray<ErrorRow> rows)
{
    /// <summary>The kind of a refusal; null where no row fits, and the status alone speaks.</summary>
    /// <param name="text">What the cloud says is wrong.</param>
    /// <param name="code">Its own code for it; null when it has none.</param>
    /// <param name="status">The status of the answer; zero when it is no answer of HTTP.</param>
    public CloudErrorKind? KindOf(string text, string? code = null, int status = 0) =>
        rows.FirstOrDefault(row => row.Fits(text, code, status))?.Kind;
}

/// <summary>A row: all that it names must be so.</summary>
/// <param name="Kind">What such a refusal means.</param>
/// <param name="Status">The status; zero for any.</param>
/// <param name="Code">The cloud's code, to the letter; null for any.</param>
/// <param name="Words">A part of its sentence, in whatever case; null for any.</param>
internal sealed record ErrorRow(CloudErrorKind Kind, int Status = 0, string? Code = null, string? Words = null)
{
    /// <summary>Whether a refusal is of this row.</summary>
    public bool Fits(string text, string? code, int status) =>
        (Status == 0 || Status == status)
        && (Code is null || Code == code)
        && (Words is null || text.Contains(Words, StringComparison.OrdinalIgnoreCase));
}
