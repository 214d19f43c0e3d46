using System.Text.RegularExpressions;

using Muster.Clouds.Ec2.Prices;
using Muster.Clouds.Ec2.Templates;
using Muster.Clouds.Kit;
using Muster.Core.Options;

namespace Muster.Clouds.Ec2;

/// <summary>What there is to say of EC2.</summary>
internal static partial class Ec2Description
{
    private const string UrlAllowed = "an address of a Query API of AWS: https://...; http:// only on this machine";

    /// <summary>The region.</summary>
    public static ConfigOption<string?> Region { get; } = new()
    {
        Name = "region",
        Meaning = "the region: `eu-central-1`",
        UnlessSet = "required",
        Allowed = "a region of AWS: eu-central-1, us-east-1",
        Parse = (string text, out string? region) => RegionName().IsMatch(region = text),
        Default = null,
        IsRequired = true,
    };

    /// <summary>EC2's address.</summary>
    public static ConfigOption<Uri?> Url { get; } = Option.Of<Uri?>(
        "url", "where EC2 answers: a VPC endpoint, or a simulator", "`https://ec2.REGION.amazonaws.com`", UrlAllowed, TryUrl, null);

    /// <summary>STS's address.</summary>
    public static ConfigOption<Uri?> StsUrl { get; } = Option.Of<Uri?>(
        "sts_url", "where STS answers", "`url` where that is on this machine, else `https://sts.REGION.amazonaws.com`",
        UrlAllowed, TryUrl, null);

    /// <summary>The address of Elastic Load Balancing.</summary>
    public static ConfigOption<Uri?> BalancingUrl { get; } = Option.Of<Uri?>(
        "elb_url", "where Elastic Load Balancing answers, which is asked only where groups use target groups",
        "`url` where that is on this machine, else `https://elasticloadbalancing.REGION.amazonaws.com`", UrlAllowed, TryUrl, null);

    /// <summary>The queue with events.</summary>
    public static ConfigOption<Uri?> QueueUrl { get; } = Option.Of<Uri?>(
        "queue_url", "a queue of SQS to which EventBridge sends EC2's events, for this server alone: Muster then hears of changes at once",
        "none", "the address of a queue: https://sqs.REGION.amazonaws.com/ACCOUNT/NAME; http:// only on this machine", TryQueueUrl, null);

    /// <summary>A profile of the shared files.</summary>
    public static ConfigOption<string?> Profile { get; } = Option.Text(
        "profile", "a profile of the shared files; then nothing but it is looked at", "`AWS_PROFILE`, `default`", "a profile's name");

    /// <summary>The shared credentials file.</summary>
    public static ConfigOption<string?> CredentialsFile { get; } = Option.Text(
        "credentials_file", "a credentials file as the `aws` program has it; then nothing but it is looked at. Mode 0600",
        "`AWS_SHARED_CREDENTIALS_FILE`, `~/.aws/credentials`");

    /// <summary>The shared configuration file.</summary>
    public static ConfigOption<string?> ConfigFile { get; } = Option.Text(
        "config_file", "a configuration file as the `aws` program has it: profiles with roles and single sign-on",
        "`AWS_CONFIG_FILE`, `~/.aws/config`");

    /// <summary>A role to take on.</summary>
    public static ConfigOption<string?> Role { get; } = Option.Of<string?>(
        "role_arn", "a role to take on with the credentials that are found", "none", "a role's ARN: arn:aws:iam::123456789012:role/NAME",
        (string text, out string? role) => RoleArn().IsMatch(role = text), null);

    /// <summary>What the role's owner asks for.</summary>
    public static ConfigOption<string?> ExternalId { get; } = Option.Text(
        "external_id", "with `role_arn`: what the role's trust policy asks for", allowed: "an external id");

    /// <summary>Instances on a page.</summary>
    public static ConfigOption<int> PageSize { get; } =
        Option.Number("page_size", "instances on a page of a listing, 5 to 1000", 1000, 5, 1000);

    /// <summary>How long a call may take.</summary>
    public static ConfigOption<TimeSpan> Timeout { get; } = Option.Time(
        "timeout", "how long a call may take, 1s to 100s", TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(100),
        "1s to 100s");

    /// <summary>All of it.</summary>
    public static KindDescription Kind { get; } = new()
    {
        Options =
        [
            Region, Profile, CredentialsFile, ConfigFile, Role, ExternalId, QueueUrl, Ec2PriceOptions.PriceList,
            Ec2PriceOptions.OperatingSystem, Url, StsUrl, BalancingUrl, PageSize, Timeout,
        ],
        Fields =
        [
            new(
                "image",
                "`ami-…`; `ssm:/aws/service/…`, a parameter that EC2 looks up at each launch; `latest:OWNER/NAME-PATTERN`, the newest of "
                + "an account (12 digits, `amazon`, `self`) whose name fits, as in `latest:amazon/al2023-ami-2023.*-x86_64`; or "
                + "`launch-template` for the launch template's"),
            new("size", "an instance type: `t3.micro`; required, unless a launch template says it"),
            new(
                "network",
                "a subnet's id, `subnet-…`, any number of them: an instance is in the one of its zone, or in one by turns. "
                + "The default VPC unless set"),
            new("firewall", "refused: name `security_groups`"),
            new(
                "metadata",
                "tags `muster.meta.KEY`, which the instance reads at "
                + "`http://169.254.169.254/latest/meta-data/tags/instance/`; for secrets too open, as whoever may list "
                + "instances sees them"),
            new("user_data", "user data, at most 16 KiB, which cloud-init reads"),
            new(
                "tags",
                "tags, as they are, on the instance, its disks and its network interfaces; not `Name`, where its name is, nor `aws:…`"),
        ],
        TemplateOptions = Ec2TemplateOptions.All,
        Credential =
            "Every call is signed with an access key, found as the aws program finds it: environment, shared files (roles and single "
            + "sign-on too), a container's role, an instance's role; never written into Muster's own configuration. "
            + "Files are read again at each call, and what expires is renewed in time. "
            + "The key, or better the role, needs the calls below and no more.",
        LeastPrivilege =
        [
            new("`ec2:DescribeInstances`", "every look"),
            new("`ec2:RunInstances`, `ec2:CreateTags` (with RunInstances alone)", "launching"),
            new("`ec2:TerminateInstances` (with the tag `muster.installation`)", "terminating"),
            new(
                "`ec2:StopInstances`, `ec2:StartInstances` (with the tag)",
                "stopping and starting, where a pool of stopped instances is kept"),
            new("`ec2:DescribeSubnets`, `ec2:DescribeAvailabilityZones`", "zones"),
            new("`ec2:DescribeImages`", "images by `latest:`, and checks of templates"),
            new("`ec2:DescribeSpotInstanceRequests`", "notice before an interruptible instance is taken back"),
            new("`sqs:ReceiveMessage`, `sqs:DeleteMessage` of the queue", "hearing of changes, with `queue_url`"),
            new("`servicequotas:GetServiceQuota`", "what is left of the limits, in `muster cloud check`"),
            new("`iam:PassRole` of the instance profile's role", "templates with `iam_instance_profile`"),
            new("`ssm:GetParameters`", "images by `ssm:`"),
            new(
                "`ec2:DescribeInstanceTypeOfferings`, `DescribeSecurityGroups`, `DescribeKeyPairs`, `DescribeLaunchTemplates`",
                "`muster cloud check`, and checks of templates"),
            new(
                "`ec2:DescribeVolumes`, `DescribeNetworkInterfaces`, `DeleteVolume`, `DeleteNetworkInterface` (with the tag)",
                "finding and removing what crashed creations left behind"),
            new(
                "`elasticloadbalancing:DescribeTargetGroups`, `DescribeTargetHealth`, `RegisterTargets`, `DeregisterTargets`",
                "taking instances into target groups and out of them; only where groups use load balancers"),
        ],
        Abilities =
        [
            CloudAbility.LaunchTokens, CloudAbility.Zones, CloudAbility.Prices, CloudAbility.Interruptible, CloudAbility.Watch,
            CloudAbility.Stop, CloudAbility.Suspend, CloudAbility.Retag, CloudAbility.Balancers, CloudAbility.Leftovers,
            CloudAbility.Like, CloudAbility.SelfDescription,
        ],
    };

    private static bool TryQueueUrl(string text, out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && QueuePath().IsMatch(url.PathAndQuery) && url.UserInfo.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));

    private static bool TryUrl(string text, out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && url.PathAndQuery is "/" && url.UserInfo.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));

    [GeneratedRegex(@"\A/[0-9]{12}/[A-Za-z0-9_-]{1,80}\z")]
    private static partial Regex QueuePath();

    [GeneratedRegex(@"\A[a-z]{2}(-[a-z]{2,12}){1,3}-[0-9]{1,2}\z")]
    private static partial Regex RegionName();

    [GeneratedRegex(@"\Aarn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]{1,512}\z")]
    private static partial Regex RoleArn();
}
