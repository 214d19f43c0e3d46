using Microsoft.Extensions.Time.Testing;

using Muster.Server.Tasks;

namespace Muster.Server.Tests.Tasks;

public sealed class TaskSilenceTests
{
    private readonly FakeTimeProvider time = new();
    private readonly TaskSilence silence;

    public TaskSilenceTests() => silence = new(time);

    [Fact]
    public void Refusals_of_calls_that_were_under_way_together_are_one()
    {
        silence.OnThrottled(null);
        var once = silence.Left;
        for (var call = 0; call < 20; call++)
        {
            silence.OnThrottled(null);
        }

        Assert.True(once > TimeSpan.Zero);
        Assert.Equal(once, silence.Left);
    }

    [Fact]
    public void Refusals_one_after_the_other_make_it_longer_and_an_answer_begins_anew()
    {
        silence.OnThrottled(null);
        var once = silence.Left;
        time.Advance(once);
        silence.OnThrottled(null);
        Assert.True(silence.Left > once, $"{silence.Left} is no longer than {once}");

        time.Advance(silence.Left);
        silence.OnAnswered();
        silence.OnThrottled(null);
        Assert.Equal(once, silence.Left);
    }
}
