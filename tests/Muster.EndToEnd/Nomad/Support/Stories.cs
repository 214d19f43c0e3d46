namespace Muster.EndToEnd.Nomad.Support;

/// <summary>
/// Stories of tests that nearly all of their time wait, for ticks and for rounds: begun together, and each test waits for its own.
/// </summary>
/// <remarks>Each has an installation of its own. One after another they would take a quarter of an hour.</remarks>
public sealed class Stories
{
    /// <summary>Enough for every story to look for processes, while the simulated Nomads of this process go on answering.</summary>
    private const int ThreadsMin = 32;

    private readonly Dictionary<string, Task> _begun;

    public Stories()
    {
        ThreadPool.SetMinThreads(ThreadsMin, ThreadsMin);
        _begun = new[] { AwayTests.All, CrashTests.All, SharedTests.All, TroubleTests.All, SimulatedLifeTests.All, AskingLifeTests.All }
            .SelectMany(stories => stories)
            .ToDictionary(Name, story => Task.Run(story));
    }

    /// <summary>Waits for the end of a story.</summary>
    public Task Of(Func<Task> story) => _begun[Name(story)];

    private static string Name(Func<Task> story) => $"{story.Method.DeclaringType!.Name}.{story.Method.Name}";
}
