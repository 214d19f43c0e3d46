using System.Collections.Concurrent;
using System.Net;

namespace Muster.Metrics.Tests.Support;

/// <summary>A web server that answers as a test says, and remembers what was asked.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly HttpSite _site;

    /// <param name="answer">Says status and body for a request and its body.</param>
    public Site(Func<HttpListenerRequest, string, (int Status, string Body)> answer) => _site = new((request, body) =>
    {
        Asked.Enqueue(request.RawUrl!);
        Headers.Enqueue((WebHeaderCollection)request.Headers);
        return answer(request, body);
    });

    /// <summary>Answers everything with this.</summary>
    public Site(string body, int status = 200)
        : this((_, _) => (status, body))
    {
    }

    public string Url => _site.Url;

    /// <summary>Path and query of each request, as they were sent.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>The header of each request.</summary>
    public ConcurrentQueue<WebHeaderCollection> Headers { get; } = [];

    public ValueTask DisposeAsync() => _site.DisposeAsync();
}
