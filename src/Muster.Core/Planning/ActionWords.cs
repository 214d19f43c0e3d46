using System.Collections.Immutable;

namespace Muster.Core.Planning;

/// <summary>What actions come to, counted, in words.</summary>
internal static class ActionWords
{
    /// <summary>What would be done to a cloud: <c>launch 2</c>, <c>terminate 1</c>; empty for nothing.</summary>
    public static List<string> Of(ImmutableArray<PlannedAction> actions)
    {
        var (launches, pooled, resumes, terminations, drains, returns, starts, rests) = (0, 0, 0, 0, 0, 0, 0, 0);
        foreach (var action in actions)
        {
            switch (action)
            {
                case PlannedAction.Launch { IsForPool: true } launch:
                    pooled += launch.Count;
                    break;
                case PlannedAction.Start:
                    starts++;
                    break;
                case PlannedAction.Rest:
                    rests++;
                    break;
                case PlannedAction.Launch launch:
                    launches += launch.Count;
                    break;
                case PlannedAction.Resume:
                    resumes++;
                    break;
                case PlannedAction.Terminate:
                    terminations++;
                    break;
                case PlannedAction.Drain:
                    drains++;
                    break;
                case PlannedAction.Return:
                    returns++;
                    break;
            }
        }

        var words = new List<string>();
        Add(returns, "return to service");
        Add(starts, "start from the pool");
        Add(launches, "launch");
        Add(resumes, "ask again about");
        Add(drains, "drain");
        Add(rests, "put to rest");
        Add(terminations, "terminate");
        Add(pooled, "launch for the pool");
        return words;

        void Add(int count, string what)
        {
            if (count > 0)
            {
                words.Add($"{what} {count}");
            }
        }
    }
}
