using System.Globalization;
using System.Runtime.CompilerServices;

namespace Muster.Core.Reconciling.Edges;

/// <summary>The words of a rule, which are put together only when it is broken: every check is held to every rule.</summary>
[InterpolatedStringHandler]
internal ref struct BrokenRule
{
    private DefaultInterpolatedStringHandler _text;

    public BrokenRule(int literalLength, int formattedCount, bool isRight, out bool isBroken)
    {
        isBroken = !isRight;
        _text = isBroken ? new(literalLength, formattedCount, CultureInfo.InvariantCulture) : default;
    }

    public void AppendLiteral(string words) => _text.AppendLiteral(words);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    /// <summary>The words; of a rule that is kept, none.</summary>
    public string ToStringAndClear() => _text.ToStringAndClear();
}
