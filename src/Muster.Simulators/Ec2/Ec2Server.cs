using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

using Microsoft.AspNetCore.Http;

using Muster.Simulators.Ec2.Balancing;
using Muster.Simulators.Ec2.Identity;
using Muster.Simulators.Ec2.Machines;
using Muster.Simulators.Ec2.Settings;
using Muster.Simulators.Ec2.Wire;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Ec2;

/// <summary>
/// EC2, STS and what else is called of AWS, of one account in one region: who calls, how often, and what the actions answer.
/// </summary>
internal sealed class Ec2Server : WireServer<AdmittedToEc2>
{
    private const string TargetHeader = "X-Amz-Target", SqsPrefix = "AmazonSQS.", Quotas = "ServiceQuotasV20190624.GetServiceQuota";
    private const string FormKey = "muster.form", BodyKey = "muster.body";

    // docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html: each action has a bucket of its own.
    private static readonly (double Burst, double PerSecond) Looks = (100, 20), Launches = (5, 2), Terminations = (100, 5),
        Others = (50, 5);

    // docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html: a bucket for each family of actions.
    private static readonly (double Burst, double PerSecond) BalancingLooks = (40, 10), Registrations = (20, 4);

    // Instances, beside requests.
    private static readonly (double Burst, double PerSecond) LaunchedInstances = (1000, 2), TerminatedInstances = (1000, 20);

    private readonly Ec2SimulatorOptions _options;
    private readonly InstancePark _park;
    private readonly TokenBuckets<string> _buckets;
    private readonly ImmutableSortedDictionary<string, Endpoint> _endpoints;
    private readonly BalancingEndpoints _balancing;
    private int _roles;

    public Ec2Server(Ec2SimulatorOptions options, InstancePark park, TimeProvider timeProvider)
        : base(options, park, timeProvider)
    {
        (_options, _park, _buckets) = (options, park, new(timeProvider));
        _balancing = new(options, park, timeProvider);
        var launches = new LaunchEndpoint(options, park, timeProvider);
        var instances = new InstanceEndpoints(options, park);
        var power = new PowerEndpoints(options, park);
        Endpoint Look(ImmutableHashSet<string> parameters, Func<AwsForm, Reply> answer) =>
            new(parameters, (form, isDryRun) => isDryRun ? throw WouldWork() : answer(form));
        _endpoints = new Dictionary<string, Endpoint>
        {
            ["RunInstances"] = new(LaunchEndpoint.Parameters, launches.Launch),
            ["TerminateInstances"] = new(InstanceEndpoints.TerminateParameters, instances.Terminate),
            ["StopInstances"] = new(PowerEndpoints.StopParameters, power.Stop),
            ["StartInstances"] = new(PowerEndpoints.StartParameters, power.Start),
            ["CreateTags"] = new(
                InstanceEndpoints.TagParameters, (form, isDryRun) => instances.Tag(form, isDryRun, takesOff: false)),
            ["DeleteTags"] = new(
                InstanceEndpoints.TagParameters, (form, isDryRun) => instances.Tag(form, isDryRun, takesOff: true)),
            ["DescribeInstances"] = Look(InstanceEndpoints.DescribeParameters, instances.Describe),
            ["DescribeVolumes"] = Look(InstanceEndpoints.PartParameters, instances.DescribeVolumes),
            ["DescribeNetworkInterfaces"] = Look(InstanceEndpoints.PartParameters, instances.DescribeInterfaces),
            ["DeleteVolume"] = Look(InstanceEndpoints.DeleteParameters, form => instances.Delete(form, isVolume: true)),
            ["DeleteNetworkInterface"] = Look(InstanceEndpoints.DeleteParameters, form => instances.Delete(form, isVolume: false)),
            ["DescribeSpotInstanceRequests"] = Look(InstanceEndpoints.SpotParameters, instances.DescribeSpotRequests),
            ["DescribeImages"] = Look(CatalogueEndpoints.Parameters, CatalogueEndpoints.Images),
            ["DescribeSubnets"] = Look(CatalogueEndpoints.Parameters, CatalogueEndpoints.Subnets),
            ["DescribeSecurityGroups"] = Look(CatalogueEndpoints.Parameters, CatalogueEndpoints.Groups),
            ["DescribeKeyPairs"] = Look(CatalogueEndpoints.Parameters, CatalogueEndpoints.KeyPairs),
            ["DescribeAvailabilityZones"] = Look(CatalogueEndpoints.Parameters, CatalogueEndpoints.Zones),
            ["DescribeInstanceTypeOfferings"] = Look(CatalogueEndpoints.Parameters, CatalogueEndpoints.Offerings),
            ["DescribeLaunchTemplates"] = Look(CatalogueEndpoints.Parameters, CatalogueEndpoints.LaunchTemplates),
        }.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    public ConcurrentDictionary<string, SimulatedAwsKey> Keys { get; } = new(StringComparer.Ordinal);

    /// <summary>Answers one request; its body says what is asked, so it is read first.</summary>
    public async Task ReadAndAnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var bytes = body.ToArray();
        context.Request.Body = new MemoryStream(bytes);
        context.Items[BodyKey] = bytes;
        context.Items[FormKey] = AwsForm.Parse(
            context.Request.Headers[TargetHeader].ToString() is { Length: > 0 } target ? $"Action={Uri.EscapeDataString(target)}"
            : HttpMethods.IsPost(context.Request.Method) ? Encoding.UTF8.GetString(bytes) : context.Request.QueryString.Value ?? "");
        await AnswerAsync(context);
    }

    protected override AdmittedToEc2 Admit(HttpRequest request)
    {
        var form = FormOf(request);
        if (form.Action == "AssumeRoleWithWebIdentity")
        {
            // The token is the proof.
            return new(form, new("", "", ""));
        }

        var key = SignatureCheck.Check(
            request, (byte[])request.HttpContext.Items[BodyKey]!, Ec2Catalogue.Region, id => Keys.GetValueOrDefault(id),
            Time.GetUtcNow() + _options.ClockSkew);
        if (form.Text("Version") == "2011-06-15" || IsOfQueue(form) || form.Action == Quotas)
        {
            return new(form, key);
        }

        if (IsOfBalancing(form))
        {
            AdmitToBalancing(form, key, request);
            return new(form, key);
        }

        if (_options.IsSuspended)
        {
            throw new AwsRefusal(401, "OptInRequired",
                "You are not subscribed to this service. Please go to http://aws.amazon.com to subscribe.");
        }

        TakeTokens(form);
        if (_options.Denied.ContainsKey(form.Action))
        {
            throw new AwsRefusal(
                403, "UnauthorizedOperation",
                $"You are not authorized to perform this operation. User: {key.Arn} is not authorized to perform: ec2:{form.Action} "
                + $"because no identity-based policy allows the ec2:{form.Action} action. "
                + $"Encoded authorization failure message: {new string('x', 400)}");
        }

        return new(form, key);
    }

    protected override Task<Reply> DoAsync(AdmittedToEc2 admitted, HttpRequest request, byte[] body, CancellationToken cancellationToken)
    {
        var form = admitted.Form;
        if (form.Action == Quotas)
        {
            return Task.FromResult(_options.Denied.ContainsKey(form.Action)
                ? EventQueue.Refusal(
                    400, "AccessDeniedException",
                    $"User: {admitted.Key.Arn} is not authorized to perform: servicequotas:GetServiceQuota")
                : QuotaEndpoint.Answer(_options, body));
        }

        if (IsOfQueue(form))
        {
            var action = form.Action[SqsPrefix.Length..];
            return _options.Denied.ContainsKey(form.Action)
                ? Task.FromResult(EventQueue.Refusal(
                    400, "com.amazon.coral.service#AccessDeniedException",
                    $"User: {admitted.Key.Arn} is not authorized to perform: sqs:{action.ToLowerInvariant()} on resource: muster-events"))
                : _park.Events.AnswerAsync(action, body, cancellationToken);
        }

        if (IsOfBalancing(form))
        {
            return Task.FromResult(_balancing.Answer(form));
        }

        if (form.Text("Version") == "2011-06-15")
        {
            return Task.FromResult(AnswerSts(form, admitted.Key));
        }

        if (form.Text("Version") != "2016-11-15" || !_endpoints.TryGetValue(form.Action, out var endpoint))
        {
            throw new AwsRefusal(400, "InvalidAction", $"The action {form.Action} is not valid for this web service.");
        }

        form.RefuseUnknown(endpoint.Parameters);
        return Task.FromResult(endpoint.Answer(form, form.Flag("DryRun") is true));
    }

    protected override RefusedException TooLarge() => new AwsRefusal(413, "RequestEntityTooLarge", "Request entity too large");

    protected override string CallOf(HttpRequest request) => FormOf(request).Action;

    protected override void Decorate(HttpContext context, Reply reply)
    {
        context.Response.Headers.Date = (Time.GetUtcNow() + _options.ClockSkew).ToString("r", CultureInfo.InvariantCulture);
        context.Response.Headers.Server = "AmazonEC2";
    }

    private static bool IsOfQueue(AwsForm form) => form.Action.StartsWith(SqsPrefix, StringComparison.Ordinal);

    private static bool IsOfBalancing(AwsForm form) => form.Text("Version") == BalancingEndpoints.Version;

    private static AwsForm FormOf(HttpRequest request) => (AwsForm)request.HttpContext.Items[FormKey]!;

    private static AwsRefusal WouldWork() => new(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.");

    private void TakeTokens(AwsForm form)
    {
        var (burst, perSecond) = form.Action switch
        {
            "RunInstances" => Launches,
            "TerminateInstances" => Terminations,
            _ when form.Action.StartsWith("Describe", StringComparison.Ordinal) => Looks,
            _ => Others,
        };
        if (_options.PerSecond is { } chosen)
        {
            (burst, perSecond) = (_options.Burst ?? 3 * chosen, chosen);
        }

        if (perSecond <= 0)
        {
            return;
        }

        var isGiven = _buckets.Take(form.Action, burst, perSecond).IsGiven && form.Action switch
        {
            "RunInstances" => _buckets.Take("instances launched", LaunchedInstances.Burst, LaunchedInstances.PerSecond).IsGiven,
            "TerminateInstances" => _buckets.Take(
                "instances terminated", TerminatedInstances.Burst, TerminatedInstances.PerSecond, form.All("InstanceId").Length).IsGiven,
            _ => true,
        };
        if (!isGiven)
        {
            throw new AwsRefusal(
                503, "RequestLimitExceeded",
                $"Request limit exceeded. Account {Ec2Catalogue.Account} has been throttled on ec2:{form.Action} because it exceeded its "
                + "request rate limit.");
        }
    }

    private void AdmitToBalancing(AwsForm form, SimulatedAwsKey key, HttpRequest request)
    {
        if (!request.Headers.Authorization.ToString().Contains("/elasticloadbalancing/aws4_request", StringComparison.Ordinal))
        {
            throw BalancingEndpoints.Refusal(
                "SignatureDoesNotMatch", "Credential should be scoped to correct service: 'elasticloadbalancing'.", 403);
        }

        var isLook = form.Action.StartsWith("Describe", StringComparison.Ordinal);
        var (burst, perSecond) = _options.PerSecond is { } chosen ? (_options.Burst ?? 3 * chosen, chosen)
            : isLook ? BalancingLooks : Registrations;
        if (perSecond > 0 && !_buckets.Take(isLook ? "looks at targets" : "registrations", burst, perSecond).IsGiven)
        {
            throw BalancingEndpoints.Refusal("Throttling", "Rate exceeded");
        }

        if (_options.Denied.ContainsKey(form.Action))
        {
            throw BalancingEndpoints.Refusal(
                "AccessDenied",
                $"User: {key.Arn} is not authorized to perform: elasticloadbalancing:{form.Action} because no identity-based policy "
                + $"allows the elasticloadbalancing:{form.Action} action",
                403);
        }
    }

    private Reply AnswerSts(AwsForm form, SimulatedAwsKey key)
    {
        switch (form.Action)
        {
            case "GetCallerIdentity":
                return Xml.StsAnswer(
                    form.Action,
                    Xml.Of("Arn", key.Arn) + Xml.Of("UserId", "AIDA0000000000000000") + Xml.Of("Account", Ec2Catalogue.Account));
            case "AssumeRole" or "AssumeRoleWithWebIdentity":
                var role = form.Text("RoleArn") ?? "";
                if (role.EndsWith("/denied", StringComparison.Ordinal) || form.Text("WebIdentityToken") is "wrong")
                {
                    throw new AwsRefusal(403, "AccessDenied", $"Not authorized to perform sts:{form.Action}", AwsWire.Sts);
                }

                var number = Interlocked.Increment(ref _roles);
                var taken = new SimulatedAwsKey(
                    string.Create(CultureInfo.InvariantCulture, $"ASIA{number:D16}"), $"secret-of-role-{number}",
                    $"{ArnOf(role)}/{form.Text("RoleSessionName")}",
                    $"token-of-role-{number}");
                Keys[taken.Id] = taken;
                return Xml.StsAnswer(
                    form.Action,
                    $"<Credentials>{Xml.Of("AccessKeyId", taken.Id)}{Xml.Of("SecretAccessKey", taken.Secret)}"
                    + Xml.Of("SessionToken", taken.Token)
                    + $"{Xml.Of("Expiration", Xml.Time(Time.GetUtcNow() + TimeSpan.FromHours(1)))}</Credentials>"
                    + $"<AssumedRoleUser>{Xml.Of("Arn", taken.Arn)}</AssumedRoleUser>");
            default:
                throw new AwsRefusal(400, "InvalidAction", $"Could not find operation {form.Action} for version 2011-06-15", AwsWire.Sts);
        }
    }

    private static string ArnOf(string role) =>
        role.Replace(":iam:", ":sts:", StringComparison.Ordinal).Replace(":role/", ":assumed-role/", StringComparison.Ordinal);

    private sealed record Endpoint(ImmutableHashSet<string> Parameters, Func<AwsForm, bool, Reply> Answer);
}
