using Microsoft.Extensions.Time.Testing;

using Muster.Server.Tasks;

namespace Muster.Server.Tests.Tasks;

public sealed class TaskSilenceTests
{
    private readonly FakeTimeProvider _timeProvider = new();
    private readonly TaskSilence _silence;

    public TaskSilenceTests() => _silence = new(_timeProvider);

    [Fact]
    public void Refusals_of_calls_that_were_under_way_together_are_one()
    {
        _silence.OnThrottled(null);
        var once = _silence.Left;
        for (var call = 0; call < 20; call++)
        {
            _silence.OnThrottled(null);
        }

        Assert.True(once > TimeSpan.Zero);
        Assert.Equal(once, _silence.Left);
    }

    [Fact]
    public void Refusals_one_after_the_other_make_it_longer_and_an_answer_begins_anew()
    {
        _silence.OnThrottled(null);
        var once = _silence.Left;
        _timeProvider.Advance(once);
        _silence.OnThrottled(null);
        Assert.True(_silence.Left > once, $"{_silence.Left} is no longer than {once}");

        _timeProvider.Advance(_silence.Left);
        _silence.OnAnswered();
        _silence.OnThrottled(null);
        Assert.Equal(once, _silence.Left);
    }
}
