namespace Lateen.Local.ApiServer.Json;

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

/// <summary>
/// Reads application/vnd.kubernetes.protobuf, which kubectl sends for what it creates itself (create namespace, auth can-i,
/// create
/// token); answers are always JSON, which it accepts.
/// </summary>
internal static class ProtobufToJson
{
    private const int MaxDepth = 64;

    // Parts that the Go types embed, so JSON has their fields one level up.
    private static readonly HashSet<string> Embedded =
    [
        "core.Volume.volumeSource", "core.PersistentVolumeSpec.persistentVolumeSource", "core.Probe.handler",
        "core.EphemeralContainer.ephemeralContainerCommon", "core.SecretKeySelector.localObjectReference",
        "core.ConfigMapKeySelector.localObjectReference", "core.SecretEnvSource.localObjectReference",
        "core.ConfigMapEnvSource.localObjectReference", "core.ConfigMapVolumeSource.localObjectReference",
        "core.ConfigMapProjection.localObjectReference", "core.SecretProjection.localObjectReference",
        "admissionregistration.RuleWithOperations.rule", "networking.IngressRule.ingressRuleValue",
    ];

    // Pointers in Go, where zero is a wish; every other zero means "not set" and is not written in JSON.
    private static readonly HashSet<string> ZeroCounts =
    [
        "replicas", "revisionHistoryLimit", "backoffLimit", "completions", "parallelism", "activeDeadlineSeconds",
        "terminationGracePeriodSeconds", "runAsUser", "runAsGroup", "fsGroup", "automountServiceAccountToken",
            "readOnlyRootFilesystem",
        "allowPrivilegeEscalation", "privileged", "runAsNonRoot", "optional", "immutable", "suspend", "controller",
        "blockOwnerDeletion", "gracePeriodSeconds", "expirationSeconds", "enableServiceLinks", "shareProcessNamespace",
        "allocateLoadBalancerNodePorts", "defaultMode", "mode", "partition", "successfulJobsHistoryLimit",
            "failedJobsHistoryLimit",
        "startingDeadlineSeconds", "ttlSecondsAfterFinished", "priority", "minReplicas", "orphanDependents", "value",
    ];

    /// <summary>Reads the envelope (a magic, then runtime.Unknown) and the object in it.</summary>
    public static JsonObject Parse(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith("k8s\0"u8))
        {
            throw new JsonException("the body does not start as Kubernetes protobuf does");
        }

        string apiVersion = "";
        string kind = "";
        ReadOnlySpan<byte> raw = [];
        var envelope = new ProtobufReader(body[4..]);
        while (envelope.TryNext(out int number))
        {
            ReadOnlySpan<byte> value = envelope.ReadBytes();
            if (number == 1)
            {
                (apiVersion, kind) = ReadType(value);
            }
            else if (number == 2)
            {
                raw = value;
            }
        }

        string message = ProtobufSchema.MessageOf(apiVersion, kind)
            ?? throw new JsonException($"{kind} of {apiVersion} is not accepted as protobuf; send JSON");
        JsonObject result = ReadMessage(message, raw, 0);
        result["apiVersion"] = apiVersion;
        result["kind"] = kind;
        return result;
    }

    private static (string ApiVersion, string Kind) ReadType(ReadOnlySpan<byte> type)
    {
        string apiVersion = "";
        string kind = "";
        var reader = new ProtobufReader(type);
        while (reader.TryNext(out int number))
        {
            string text = Encoding.UTF8.GetString(reader.ReadBytes());
            (apiVersion, kind) = number == 1 ? (text, kind) : (apiVersion, text);
        }

        return (apiVersion, kind);
    }

    private static JsonObject ReadMessage(string message, ReadOnlySpan<byte> bytes, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new JsonException("the object is nested too deeply");
        }

        var result = new JsonObject();
        var reader = new ProtobufReader(bytes);
        while (reader.TryNext(out int number))
        {
            if (ProtobufSchema.Field(message, number) is not { } field)
            {
                reader.Skip();
                continue;
            }

            if (field.Map)
            {
                ReadEntry(field, reader.ReadBytes(), result.Ensure(field.Name), depth);
                continue;
            }

            JsonNode? value = ReadValue(field, ref reader, depth);
            if (field.Repeated)
            {
                if (result[field.Name] is not JsonArray list)
                {
                    result[field.Name] = list = [];
                }

                list.Add(value);
            }
            else if (value is JsonObject part && Embedded.Contains($"{message}.{field.Name}"))
            {
                foreach ((string name, JsonNode? inner) in part)
                {
                    result[name] = inner?.DeepClone();
                }
            }
            else if (value is not null && !IsUnset(field, value))
            {
                result[field.Name] = value;
            }
        }

        return result;
    }

    private static bool IsUnset(ProtobufField field, JsonNode value)
    {
        return value.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>().Length == 0,
            JsonValueKind.Number => value.ToJsonString() == "0" && !field.IsMessage && !ZeroCounts.Contains(field.Name),
            JsonValueKind.False => !ZeroCounts.Contains(field.Name),
            _ => false,
        };
    }

    private static void ReadEntry(ProtobufField field, ReadOnlySpan<byte> bytes, JsonObject map, int depth)
    {
        string key = "";
        JsonNode? value = field.Type == "s" ? "" : null;
        var reader = new ProtobufReader(bytes);
        while (reader.TryNext(out int number))
        {
            if (number == 1)
            {
                key = Encoding.UTF8.GetString(reader.ReadBytes());
            }
            else
            {
                value = ReadValue(field, ref reader, depth);
            }
        }

        map[key] = value;
    }

    private static JsonNode? ReadValue(ProtobufField field, ref ProtobufReader reader, int depth)
    {
        switch (field.Type)
        {
            case "s":
                return Encoding.UTF8.GetString(reader.ReadBytes());
            case "y":
                return Convert.ToBase64String(reader.ReadBytes());
            case "b":
                return reader.ReadVarint() != 0;
            case "i":
                return Integer((long)reader.ReadVarint());
            case "d":
                return reader.ReadDouble();
            case "meta.Time":
                return ReadTime(reader.ReadBytes(), micro: false);
            case "meta.MicroTime":
                return ReadTime(reader.ReadBytes(), micro: true);
            case "resource.Quantity":
                return FirstText(reader.ReadBytes());
            case "runtime.RawExtension" or "meta.FieldsV1":
                ReadOnlySpan<byte> json = FirstBytes(reader.ReadBytes());
                return json.IsEmpty ? null : JsonParser.Parse(json);
            case "intstr.IntOrString":
                return ReadIntOrString(reader.ReadBytes());
            default:
                JsonObject message = ReadMessage(field.Type, reader.ReadBytes(), depth + 1);

                // Go's list-valued map values (ExtraValue) are a message with one list.
                return field.Type.EndsWith(".ExtraValue", StringComparison.Ordinal)
                    ? message["items"]?.DeepClone() ?? new JsonArray() : message;
        }
    }

    private static JsonNode? ReadTime(ReadOnlySpan<byte> bytes, bool micro)
    {
        long seconds = 0;
        long nanos = 0;
        var reader = new ProtobufReader(bytes);
        while (reader.TryNext(out int number))
        {
            long value = (long)reader.ReadVarint();
            (seconds, nanos) = number == 1 ? (value, nanos) : (seconds, value);
        }

        if (bytes.IsEmpty)
        {
            return null;
        }

        DateTimeOffset time = DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanos / 100);
        return micro ? KubeTime.Micro(time) : KubeTime.Seconds(time);
    }

    private static JsonNode? ReadIntOrString(ReadOnlySpan<byte> bytes)
    {
        long type = 0;
        long number = 0;
        string text = "";
        var reader = new ProtobufReader(bytes);
        while (reader.TryNext(out int field))
        {
            if (field == 3)
            {
                text = Encoding.UTF8.GetString(reader.ReadBytes());
                continue;
            }

            long value = (long)reader.ReadVarint();
            (type, number) = field == 1 ? (value, number) : (type, value);
        }

        return type == 0 ? Integer((int)number) : text;
    }

    /// <summary>As if it had been read from JSON, so that it answers any numeric type.</summary>
    private static JsonNode? Integer(long number)
    {
        return JsonParser.Parse(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
    }

    private static string FirstText(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(FirstBytes(bytes));

    private static ReadOnlySpan<byte> FirstBytes(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        return reader.TryNext(out int _) ? reader.ReadBytes() : [];
    }
}
