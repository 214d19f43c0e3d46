using Microsoft.Extensions.Logging;

using Muster.Cli.Composition;

namespace Muster.Cli.Tests.Composition;

public sealed class ConnectionLimitTests
{
    [Theory]
    [InlineData(10_000, 384, 1024, 384)]
    [InlineData(100, 384, 1024, 100)]
    [InlineData(384, 384, 1024, 384)]
    [InlineData(null, 384, 1024, 384)]
    public void Fewer_connections_than_asked_are_said_in_the_log(int? asked, int allowed, int files, int taken)
    {
        var limit = new ConnectionLimit(asked, allowed, files);
        var log = new Lines();

        StartLog.OnConnections(limit, log);

        Assert.Equal(taken, limit.Taken);
        string[] said = asked is null || taken == asked
            ? []
            : [
                "Warning: connections_max is 10000, but this process may open 1024 files (ulimit -Hn): "
                + "the server takes 384 connections at once",
            ];
        Assert.Equal(said, log.Said);
    }

    private sealed class Lines : ILogger<StartLog>
    {
        public List<string> Said { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Said.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
