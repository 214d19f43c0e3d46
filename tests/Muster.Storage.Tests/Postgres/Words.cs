using System.Text;

namespace Muster.Storage.Tests.Postgres;

/// <summary>Moments of a conversation with PostgreSQL, as they are seen on the wire.</summary>
internal static class Words
{
    /// <summary>The server says that a transaction was kept.</summary>
    public static ReadOnlyMemory<byte> Committed { get; } = Encoding.ASCII.GetBytes("COMMIT\0");

    /// <summary>The server says that it waits, in the middle of a transaction: what comes next is its end.</summary>
    public static ReadOnlyMemory<byte> InTransaction { get; } = new byte[] { (byte)'Z', 0, 0, 0, 5, (byte)'T' };

    /// <summary>The server says that a statement which is its own transaction changed one row.</summary>
    public static ReadOnlyMemory<byte> Inserted { get; } = Encoding.ASCII.GetBytes("INSERT 0 1\0");

    /// <inheritdoc cref="Inserted"/>
    public static ReadOnlyMemory<byte> Updated { get; } = Encoding.ASCII.GetBytes("UPDATE 1\0");

    public static bool Has(ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> word) => bytes.Span.IndexOf(word.Span) >= 0;
}
