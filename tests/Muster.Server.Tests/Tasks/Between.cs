namespace Muster.Server.Tests.Tasks;

/// <summary>Stands between a program and its server, and can spoil what goes through.</summary>
internal sealed class Between() : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
{
    private int _asked;

    /// <summary>How many requests came.</summary>
    public int Asked => _asked;

    /// <summary>Answers in the server's place, or changes the request; null goes on to the server.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?>? Before { get; set; }

    /// <summary>Runs when the server has answered; what it throws is all that the program gets.</summary>
    public Action? After { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        if (Before?.Invoke(request) is { } answer)
        {
            return answer;
        }

        var response = await base.SendAsync(request, cancellationToken);
        After?.Invoke();
        return response;
    }
}
