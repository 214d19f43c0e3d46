using System.Text;

using Muster.Clouds.Kit.Streams;

namespace Muster.Clouds.Tests.Kit.Streams;

/// <summary>A stream of lines is read as it is written, however its pieces come, and no line fills the memory.</summary>
public sealed class BoundedLinesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("a\nb\n", "a|b")]
    [InlineData("a\r\nb", "a|b")]
    [InlineData("a\rb\r\r\nc", "a|b||c")]
    [InlineData("\n\nä\n", "||ä")]
    [InlineData("12345678\n123456789\nx\n", "12345678|12345678...|x")]
    [InlineData("1234567890123456789012345678901234567890", "12345678...")]
    [InlineData("", "")]
    public async Task Lines_are_read_in_pieces_of_any_size(string written, string expected)
    {
        for (var size = 1; size < 12; size++)
        {
            using var lines = new BoundedLines(new Pieces(Encoding.UTF8.GetBytes(written), size), bytesMax: 8);
            var read = new List<string>();
            while (await lines.ReadAsync(Cancellation) is { } line)
            {
                read.Add(line.IsCut ? $"{line.Text}..." : line.Text);
            }

            Assert.Equal(expected, string.Join('|', read));
        }
    }

    private sealed class Pieces(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, size)], cancellationToken);
    }
}
