using System.Text.Json;

using Muster.Core.Groups;
using Muster.Triton.Errors;
using Muster.Triton.Wire;

namespace Muster.Triton.Facade;

/// <summary>A step up or down of a group's capacity, and how far it may go.</summary>
/// <param name="Count">How many more or fewer; never negative.</param>
/// <param name="Max">Where a step up ends.</param>
/// <param name="Min">Where a step down ends.</param>
internal sealed record TsgStep(long Count, long Max, long Min)
{
    /// <exception cref="TsgException">422: something is wrong with it.</exception>
    public static async Task<TsgStep> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        TsgStep step;
        try
        {
            using var body = await GoBody.ReadAsync(request, cancellationToken);
            step = new(body.Whole("instance_count"), body.Whole("max_instance"), body.Whole("min_instance"));
        }
        catch (JsonException error)
        {
            // Here the original shows what its decoder says.
            throw TsgException.Invalid(error.Message == GoBody.CutShort ? error.Message : TsgTexts.UnreadableBody);
        }

        return step is { Count: >= 0, Max: >= 0, Min: >= 0 }
            ? step
            : throw TsgException.Invalid("only positive integers are allowed for instance count & max and min range");
    }

    /// <summary>The capacity after a step up, at most what the request, the facade and the group itself allow.</summary>
    /// <exception cref="TsgException">400: it is there already.</exception>
    public int Up(Capacity now)
    {
        var max = Math.Min(Math.Min(Max, TsgGroupBody.CapacityMax), now.Max);
        return now.Desired < max
            ? (int)Math.Min(now.Desired + Math.Min(Count, max), max)
            : throw Reached($"capacity {now.Desired} is at the maximum of {max} or above");
    }

    /// <summary>The capacity after a step down, at least what the request and the group itself allow.</summary>
    /// <exception cref="TsgException">400: it is there already.</exception>
    public int Down(Capacity now)
    {
        var min = Math.Max(Min, now.Min);
        return now.Desired > min
            ? (int)Math.Max(now.Desired - Count, min)
            : throw Reached($"capacity {now.Desired} is at the minimum of {min} or below");
    }

    private static TsgException Reached(string text) => new(StatusCodes.Status400BadRequest, text);
}
