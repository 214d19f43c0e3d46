using System.Net;

namespace Muster.Clouds.Tests.Ec2.Credentials;

/// <summary>Answers requests by their method and path, and counts them: a metadata service, or a container's agent.</summary>
internal sealed class SmallServer : IAsyncDisposable
{
    private readonly HttpSite _site;

    public SmallServer(Func<HttpListenerRequest, (int Status, string Body)> answer) => _site = new((request, _) =>
    {
        Requests++;
        return answer(request);
    });

    public string Url => _site.Url;

    public int Requests { get; private set; }

    public ValueTask DisposeAsync() => _site.DisposeAsync();
}
