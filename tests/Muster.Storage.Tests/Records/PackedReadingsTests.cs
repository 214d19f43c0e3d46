using System.Collections.Immutable;

using Muster.Conformance.Storage;
using Muster.Core.Metrics;
using Muster.Records;

namespace Muster.Storage.Tests.Records;

/// <summary>What stores hold of readings: a change here makes older rows unreadable.</summary>
public sealed class PackedReadingsTests
{
    private static readonly DateTimeOffset StartsAt = ReadingChunk.StartOf(Resolution.Raw, Some.Start);

    // Around the edges of what takes one byte more.
    private static readonly ImmutableArray<long> Gaps = [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455, 268_435_456];

    [Fact]
    public void Readings_come_back_to_the_last_bit()
    {
        var readings = ImmutableArray<Reading>.Empty;
        var at = StartsAt;
        foreach (var (index, number) in SomePolicies.Numbers.Index())
        {
            at = at.AddMicroseconds(Gaps[index % Gaps.Length]);
            readings = readings.Add(new(at, number, index == 0 ? int.MaxValue : (int)Gaps[index % Gaps.Length]));
        }

        var read = PackedReadings.ToValue(StartsAt, PackedReadings.Of(StartsAt, readings));

        Assert.Equal(readings, read);
        Assert.Equal(
            readings.Select(reading => BitConverter.DoubleToInt64Bits(reading.Value)),
            read.Select(reading => BitConverter.DoubleToInt64Bits(reading.Value)));
    }

    [Fact]
    public void The_bytes_stay_as_they_are() => Assert.Equal(
        "01" + "00" + "00" + "0000000000005440" + "C08BE40E" + "05" + "9A9999999999B93F",
        Convert.ToHexString(PackedReadings.Of(
            StartsAt, [new(StartsAt, 80), new(StartsAt.AddSeconds(31), 0.1, 5)])),
        ignoreCase: true);

    [Fact]
    public void A_reading_takes_few_bytes()
    {
        var chunk = SomePolicies.Chunk(default, count: 40);

        Assert.InRange(PackedReadings.Of(chunk.StartsAt, chunk.Readings).Length, 1, 40 * 14);
    }

    [Theory]
    [InlineData("")]
    [InlineData("02")]
    [InlineData("0180")]
    [InlineData("01000000")]
    [InlineData("01FFFFFFFFFFFFFFFFFFFFFF")]
    [InlineData("01FFFFFFFFFFFFFFFF7F000000000000000000")]
    public void What_are_no_readings_is_damage(string bytes) => Assert.ThrowsAny<Exception>(
        () => PackedReadings.ToValue(StartsAt, Convert.FromHexString(bytes)));
}
