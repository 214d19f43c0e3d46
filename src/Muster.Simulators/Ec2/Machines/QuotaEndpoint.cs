using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using Muster.Simulators.Ec2.Settings;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Ec2.Machines;

/// <summary>GetServiceQuota of Service Quotas, for the limits on vCPUs.</summary>
internal static class QuotaEndpoint
{
    private const int Usual = 1920;

    public static Reply Answer(Ec2SimulatorOptions options, byte[] json)
    {
        JsonObject? body;
        try
        {
            body = JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            body = null;
        }

        var name = (string?)body?["QuotaCode"] switch
        {
            "L-1216C47A" => "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
            "L-34B43A08" => "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests",
            _ => null,
        };
        if (name is null || (string?)body!["ServiceCode"] is not "ec2")
        {
            return EventQueue.Refusal(400, "NoSuchResourceException", "The request failed because there is no such quota.");
        }

        var limit = options.MachinesMax == int.MaxValue ? Usual : (double)options.MachinesMax * Ec2Catalogue.VcpusOfEach;
        return new(
            200,
            Encoding.UTF8.GetBytes(new JsonObject
            {
                ["Quota"] = new JsonObject
                {
                    ["ServiceCode"] = "ec2", ["ServiceName"] = "Amazon Elastic Compute Cloud (Amazon EC2)",
                    ["QuotaCode"] = (string?)body["QuotaCode"], ["QuotaName"] = name, ["Value"] = limit, ["Unit"] = "None",
                    ["Adjustable"] = true, ["GlobalQuota"] = false,
                },
            }.ToJsonString()),
            "application/x-amz-json-1.1");
    }
}
