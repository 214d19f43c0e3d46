using Muster.Core;
using Muster.Records;

namespace Muster.Storage.Rows;

/// <summary>
/// One row of a result, read from left to right: the reading order is the order of the columns in the statement, which stand
/// beside each other in each <c>...Row</c> class. A dialect says how it keeps each kind of value.
/// </summary>
internal abstract class Row
{
    private int _column;

    public TId Id<TId>()
        where TId : struct, IId<TId> => TId.From(IdAt(_column++));

    public TId? IdOrNull<TId>()
        where TId : struct, IId<TId> => IsNull() ? null : Id<TId>();

    public Guid Guid() => IdAt(_column++);

    public string Text() => TextAt(_column++);

    public string? TextOrNull() => IsNull() ? null : Text();

    /// <summary>What a text means that many rows have in common: it is read once.</summary>
    /// <param name="known">What the texts of earlier rows mean; this one's is added.</param>
    /// <param name="read">Reads one that is new.</param>
    public T Shared<T>(Dictionary<string, T> known, Func<string, T> read)
    {
        var text = CharsAt(_column++);
        var byText = known.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!byText.TryGetValue(text, out var value))
        {
            value = read(text.ToString());
            byText[text] = value;
        }

        return value;
    }

    public long Long() => LongAt(_column++);

    public long? LongOrNull() => IsNull() ? null : Long();

    public int Int() => checked((int)Long());

    public int? IntOrNull() => IsNull() ? null : Int();

    public bool Flag() => FlagAt(_column++);

    public byte[] Bytes() => BytesAt(_column++);

    public DateTimeOffset Time() => TimeAt(_column++);

    public DateTimeOffset? TimeOrNull() => IsNull() ? null : Time();

    public TimeSpan Span() => Microseconds.ToSpan(Long());

    public T Word<T>()
        where T : struct, Enum => Words<T>.Parse(Text());

    /// <summary>Whether the next column holds nothing; moves past it when so.</summary>
    public bool IsNull()
    {
        if (!IsNullAt(_column))
        {
            return false;
        }

        _column++;
        return true;
    }

    /// <summary>Back to the first column; called by the dialect when it moves to the next row.</summary>
    protected void Rewind() => _column = 0;

    protected abstract bool IsNullAt(int index);

    protected abstract long LongAt(int index);

    protected abstract bool FlagAt(int index);

    protected abstract DateTimeOffset TimeAt(int index);

    protected abstract string TextAt(int index);

    /// <summary>The text, until the next one is asked for.</summary>
    protected virtual ReadOnlySpan<char> CharsAt(int index) => TextAt(index);

    protected abstract Guid IdAt(int index);

    protected abstract byte[] BytesAt(int index);
}
