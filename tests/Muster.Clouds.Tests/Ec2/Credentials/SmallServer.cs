using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Muster.Clouds.Tests.Ec2.Credentials;

/// <summary>Answers requests by their method and path, and remembers what came: a metadata service, or a container's agent.</summary>
internal sealed class SmallServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<HttpListenerRequest, (int Status, string Body)> _answer;

    public SmallServer(Func<HttpListenerRequest, (int Status, string Body)> answer)
    {
        _answer = answer;
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        free.Stop();
        _listener.Prefixes.Add($"{Url}/");
        _listener.Start();
        _ = ServeAsync();
    }

    public string Url { get; }

    public int Requests { get; private set; }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
                return;
            }

            Requests++;
            var (status, body) = _answer(context.Request);
            context.Response.StatusCode = status;
            context.Response.Close(Encoding.UTF8.GetBytes(body), willBlock: false);
        }
    }
}
