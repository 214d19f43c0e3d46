using System.Collections.Immutable;

using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Hetzner;

/// <summary>A server of HTTP that writes down what it is asked, and answers with what it is given.</summary>
internal sealed class HetznerWire : IAsyncDisposable
{
    private readonly HttpSite _site;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-hetzner-wire-");

    /// <param name="answer">The body to answer a request with; by default one server that was made.</param>
    public HetznerWire(Func<string, string>? answer = null)
    {
        answer ??= _ => """{"server":{"id":42,"name":"a","status":"initializing","labels":{}},"action":{"id":1,"status":"running"}}""";
        _site = new((request, body) =>
        {
            var asked = $"{request.HttpMethod} {request.RawUrl} {body}".TrimEnd();
            Requests.Add(asked);
            return (200, answer(asked));
        });
        var token = Path.Combine(_directory.FullName, "token");
        File.WriteAllText(token, new string('t', 64));
        File.SetUnixFileMode(token, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Cloud = Opened.Now("hetzner", new CloudSetup
        {
            Name = "falkenstein",
            DataDirectory = _directory.FullName,
            Options = ImmutableSortedDictionary<string, string>.Empty
                .Add("endpoint", $"{_site.Url}/v1").Add("token_file", token),
            Say = Said.Add,
            Time = TimeProvider.System,
            Random = new SystemRandomSource(),
        });
    }

    /// <summary>What was asked: method, path with query, and body.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>What the cloud has said.</summary>
    public List<string> Said { get; } = [];

    public ICloud Cloud { get; }

    public async ValueTask DisposeAsync()
    {
        await Cloud.DisposeAsync();
        await _site.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
