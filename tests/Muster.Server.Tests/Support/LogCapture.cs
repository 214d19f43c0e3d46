using System.Collections.Concurrent;

using Microsoft.Extensions.Logging;

namespace Muster.Server.Tests.Support;

/// <summary>Everything the server logs, as text.</summary>
internal sealed class LogCapture : ILoggerProvider, ILogger
{
    private readonly ConcurrentBag<(string Text, TaskCompletionSource Heard)> _waiters = [];

    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Add($"{logLevel}: {formatter(state, exception)} {exception}");

    /// <summary>Returns once a line with this text was logged.</summary>
    public async Task WaitForAsync(string text)
    {
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiters.Add((text, heard));
        if (Lines.Any(line => line.Contains(text, StringComparison.Ordinal)))
        {
            return;
        }

        try
        {
            await heard.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException)
        {
            Assert.Fail($"nothing with '{text}' was logged within 30 s, but: {string.Join("\n", Lines.TakeLast(20))}");
        }
    }

    private void Add(string line)
    {
        Lines.Enqueue(line);
        foreach (var (_, heard) in _waiters.Where(waiter => line.Contains(waiter.Text, StringComparison.Ordinal)))
        {
            heard.TrySetResult();
        }
    }

    public void Dispose()
    {
    }
}
