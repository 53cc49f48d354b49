namespace Lateen.Local.ApiServer.Security;

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.Cluster;
using Lateen.Local.Store;

/// <summary>Issues and checks service-account tokens (JWT, ES256), bound to their account and, when asked, to a pod.</summary>
internal sealed class ServiceAccountTokens
{
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";
    private const string Prefix = "system:serviceaccount:";

    private readonly ECDsa key;
    private readonly ObjectStore store;
    private readonly TimeProvider clock;
    private readonly string keyId;
    private readonly Lock gate = new();

    public ServiceAccountTokens(ECDsa key, ObjectStore store, TimeProvider clock)
    {
        this.key = key;
        this.store = store;
        this.clock = clock;
        keyId = Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
    }

    public ServiceAccountToken Issue(StoredObject account, IReadOnlyList<string> audiences, TimeSpan lifetime, JsonObject? pod)
    {
        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset expires = now + lifetime;
        string ns = account.Key.Namespace;
        var kubernetes = new JsonObject
        {
            ["namespace"] = ns,
            ["serviceaccount"] = new JsonObject { ["name"] = account.Key.Name, ["uid"] = account.Value.Str("metadata", "uid") },
        };
        if (pod is not null)
        {
            kubernetes["pod"] = new JsonObject { ["name"] = pod.Name(), ["uid"] = pod.Str("metadata", "uid") };
            if (pod.Str("spec", "nodeName") is { Length: > 0 } node)
            {
                kubernetes["node"] = new JsonObject { ["name"] = node };
            }
        }

        var claims = new JsonObject
        {
            ["aud"] = (audiences.Count == 0 ? [Issuer] : audiences).ToJsonArray(), ["exp"] = expires.ToUnixTimeSeconds(),
            ["iat"] = now.ToUnixTimeSeconds(), ["iss"] = Issuer, ["jti"] = Guid.NewGuid().ToString(), ["kubernetes.io"] =
                kubernetes,
            ["nbf"] = now.ToUnixTimeSeconds(), ["sub"] = $"{Prefix}{ns}:{account.Key.Name}",
        };
        string head = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{{\"alg\":\"ES256\",\"kid\":\"{keyId}\"}}"));
        string body = Base64Url.EncodeToString(JsonParser.ToUtf8(claims));
        byte[] signature = Sign(Encoding.ASCII.GetBytes($"{head}.{body}"));
        return new ServiceAccountToken($"{head}.{body}.{Base64Url.EncodeToString(signature)}", expires);
    }

    /// <summary>
    /// The caller behind a token, or null; any of the audiences must be in it (none asked: the API server's own).
    /// </summary>
    public (UserIdentity User, IReadOnlyList<string> Audiences)? Verify(string token, IReadOnlyList<string> audiences)
    {
        if (ReadClaims(token) is not { } claims)
        {
            return null;
        }

        long now = clock.GetUtcNow().ToUnixTimeSeconds();
        if (claims.Str("iss") != Issuer || claims.Int("exp") is not { } expires || expires <= now || claims.Int("nbf") > now + 60)
        {
            return null;
        }

        string[] wanted = audiences.Count == 0 ? [Issuer] : [.. audiences];
        string[] matching = [.. claims.Arr("aud").Strings().Where(wanted.Contains)];
        return matching.Length > 0 && Identify(claims) is { } user ? (user, matching) : null;
    }

    /// <summary>The verification keys (RFC 7517).</summary>
    public JsonObject PublicKeys()
    {
        ECParameters parameters = key.ExportParameters(false);
        return new JsonObject
        {
            ["keys"] = new JsonArray
            {
                new JsonObject
                {
                    ["use"] = "sig", ["kty"] = "EC", ["kid"] = keyId, ["crv"] = "P-256", ["alg"] = "ES256",
                    ["x"] = Base64Url.EncodeToString(parameters.Q.X), ["y"] = Base64Url.EncodeToString(parameters.Q.Y),
                },
            },
        };
    }

    private byte[] Sign(byte[] data)
    {
        lock (gate)
        {
            return key.SignData(data, HashAlgorithmName.SHA256);
        }
    }

    private JsonObject? ReadClaims(string token)
    {
        string[] parts = token.Split('.');
        if (parts.Length != 3)
        {
            return null;
        }

        try
        {
            JsonObject head = JsonParser.ParseObject(Base64Url.DecodeFromChars(parts[0]));
            byte[] signature = Base64Url.DecodeFromChars(parts[2]);
            bool valid;
            lock (gate)
            {
                valid = head.Str("alg") == "ES256"
                    && key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256);
            }

            return valid ? JsonParser.ParseObject(Base64Url.DecodeFromChars(parts[1])) : null;
        }
        catch (Exception bad) when (bad is FormatException or JsonException)
        {
            return null;
        }
    }

    private UserIdentity? Identify(JsonObject claims)
    {
        JsonObject? bound = claims.Obj("kubernetes.io");
        string ns = bound.Str("namespace") ?? "";
        string name = bound.Str("serviceaccount", "name") ?? "";
        StoredObject? account = store.Get(new ObjectKey("serviceaccounts", ns, name));
        string? uid = bound.Str("serviceaccount", "uid");
        if (account is null || account.Value.Str("metadata", "uid") != uid)
        {
            return null;
        }

        var extra = new Dictionary<string, string[]>
        {
            ["authentication.kubernetes.io/credential-id"] = [$"JTI={claims.Str("jti")}"],
        };
        if (bound.Str("pod", "name") is { } podName)
        {
            StoredObject? pod = store.Get(new ObjectKey("pods", ns, podName));
            string? podUid = bound.Str("pod", "uid");
            if (pod is null || pod.Value.Str("metadata", "uid") != podUid)
            {
                return null;
            }

            extra["authentication.kubernetes.io/pod-name"] = [podName];
            extra["authentication.kubernetes.io/pod-uid"] = [podUid ?? ""];
        }

        return new UserIdentity($"{Prefix}{ns}:{name}", uid ?? "",
            ["system:serviceaccounts", $"system:serviceaccounts:{ns}", "system:authenticated"], extra);
    }
}
