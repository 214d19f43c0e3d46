namespace Muster.Outbound.Tests;

public sealed class AnswerBodyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_a_refusal_without_end_the_beginning_is_read()
    {
        await using var endless = new Endless();
        using var content = new StreamContent(endless);

        var text = await AnswerBody.ReadRefusalTextAsync(content, Cancellation);

        Assert.Equal(AnswerBody.RefusalBytesMax, text.Length);
        Assert.InRange(endless.Given, AnswerBody.RefusalBytesMax, 2 * AnswerBody.RefusalBytesMax);
    }

    [Fact]
    public async Task A_short_refusal_is_read_whole()
    {
        using var content = new StringContent("no: não");

        Assert.Equal("no: não", await AnswerBody.ReadRefusalTextAsync(content, Cancellation));
    }

    [Fact]
    public async Task A_good_answer_is_taken_up_to_a_bound()
    {
        using var good = new StringContent("[]");
        await using var body = await AnswerBody.ReadAsync(good, Cancellation);
        Assert.Equal(2, body.Length);

        await using var endless = new Endless();
        using var content = new StreamContent(endless);
        content.Headers.ContentLength = AnswerBody.BytesMax + 1L;
        await Assert.ThrowsAsync<HttpRequestException>(() => AnswerBody.ReadAsync(content, Cancellation));
        Assert.Equal(0, endless.Given);
    }

    private sealed class Endless : MemoryStream
    {
        public long Given { get; private set; }

        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'x');
            Given += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
