namespace Lateen.Samples.Bookinfo;

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

/// <summary>The signed-in user, kept in a signed cookie.</summary>
internal static class Session
{
    private const string CookieName = "session";
    private const int MaxNameLength = 100;
    private const int SignatureBytes = 16;

    // Every replica of the page must accept the others' cookies, and a sample has no secret worth keeping.
    private static readonly byte[] Key = Encoding.UTF8.GetBytes("lateen bookinfo sample");

    public static string? User(HttpRequest request)
    {
        if (request.Cookies[CookieName] is not { } cookie)
        {
            return null;
        }

        int dot = cookie.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0 || cookie.Length > 4 * MaxNameLength)
        {
            return null;
        }

        try
        {
            byte[] name = Base64Url.DecodeFromChars(cookie.AsSpan(0, dot));
            byte[] signature = Base64Url.DecodeFromChars(cookie.AsSpan(dot + 1));
            return CryptographicOperations.FixedTimeEquals(signature, Sign(name)) ? Encoding.UTF8.GetString(name) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Any name may sign in, as in the original; a header must be able to carry it.</summary>
    public static void SignIn(HttpResponse response, string name)
    {
        string clean = new([.. name.Where(c => c is >= ' ' and <= '~').Take(MaxNameLength)]);
        byte[] bytes = Encoding.UTF8.GetBytes(clean);
        string value = $"{Base64Url.EncodeToString(bytes)}.{Base64Url.EncodeToString(Sign(bytes))}";
        response.Headers.Append("Set-Cookie", $"{CookieName}={value}; HttpOnly; Path=/");
    }

    public static void SignOut(HttpResponse response) =>
        response.Headers.Append("Set-Cookie", $"{CookieName}=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; HttpOnly; Path=/");

    private static byte[] Sign(byte[] name) => HMACSHA256.HashData(Key, name)[..SignatureBytes];
}
