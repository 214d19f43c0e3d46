using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Ec2.Judges;

/// <summary>moto, a server that mocks AWS and that nobody here wrote, in a process of its own.</summary>
public sealed class MotoServer : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-moto-");
    private Process? _process;

    /// <summary>Where it answers; null where this machine has none.</summary>
    public Uri? Url { get; private set; }

    public async ValueTask InitializeAsync()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(directory => Path.Combine(directory, "moto_server")).FirstOrDefault(File.Exists);
        if (path is null)
        {
            return;
        }

        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        _process = Process.Start(new ProcessStartInfo(path, ["-H", "127.0.0.1", "-p", $"{port}"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        var isUp = new TaskCompletionSource();
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("Running on", StringComparison.Ordinal) is not false)
            {
                isUp.TrySetResult();
            }
        };
        _process.BeginErrorReadLine();
        await isUp.Task.WaitAsync(Patience);
        Url = new($"http://127.0.0.1:{port}/");
    }

    /// <summary>An ec2 cloud on it.</summary>
    internal ICloud Open(params (string Name, string Value)[] more)
    {
        Programs.Need("moto_server");
        var file = Path.Combine(_directory.FullName, "credentials");
        File.WriteAllText(file, "[default]\naws_access_key_id = moto\naws_secret_access_key = moto\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return Opened.Now("ec2", new()
        {
            Name = "moto",
            DataDirectory = _directory.FullName,
            Options = new Dictionary<string, string> { ["region"] = "eu-central-1", ["url"] = Url!.ToString(), ["credentials_file"] = file }
                .ToImmutableSortedDictionary(StringComparer.Ordinal)
                .AddRange(more.Select(option => KeyValuePair.Create(option.Name, option.Value))),
            Time = TimeProvider.System,
            Random = new SystemRandomSource(),
        });
    }

    /// <summary>Calls SQS in its JSON protocol, as another program would.</summary>
    internal async Task<JsonElement> CallQueueAsync(string action, JsonObject body)
    {
        Programs.Need("moto_server");
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, Url)
        {
            Content = new StringContent(body.ToJsonString(), MediaTypeHeaderValue.Parse("application/x-amz-json-1.0")),
        };
        request.Headers.Add("X-Amz-Target", $"AmazonSQS.{action}");
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=moto/20260101/eu-central-1/sqs/aws4_request, SignedHeaders=host, Signature=none");
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{action}: {text}");
        using var answer = JsonDocument.Parse(text.Length == 0 ? "{}" : text);
        return answer.RootElement.Clone();
    }

    /// <summary>Makes a target group, as another program would.</summary>
    /// <returns>Its ARN.</returns>
    internal async Task<string> MakeTargetGroupAsync(string name, string type)
    {
        var vpcs = await CallFormAsync("ec2", "Action=DescribeVpcs&Version=2016-11-15");
        var vpc = vpcs[(vpcs.IndexOf("<vpcId>", StringComparison.Ordinal) + 7)..].Split('<')[0];
        var made = await CallFormAsync(
            "elasticloadbalancing",
            $"Action=CreateTargetGroup&Version=2015-12-01&Name={name}&Protocol=HTTP&Port=80&VpcId={vpc}&TargetType={type}");
        return made[(made.IndexOf("<TargetGroupArn>", StringComparison.Ordinal) + 16)..].Split('<')[0];
    }

    private async Task<string> CallFormAsync(string service, string form)
    {
        Programs.Need("moto_server");
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, Url)
        {
            Content = new StringContent(form, MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded")),
        };
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential=moto/20260101/eu-central-1/{service}/aws4_request, SignedHeaders=host, Signature=none");
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{form}: {text}");
        return text;
    }

    public ValueTask DisposeAsync()
    {
        _process?.Kill(entireProcessTree: true);
        _process?.Dispose();
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
