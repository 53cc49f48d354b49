namespace Lateen.Engine.Native;

using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

/// <summary>OpenSSL's error queue as text.</summary>
internal static unsafe class OpenSslErrors
{
    private const int MaxErrors = 8;

    /// <summary>Null when the libraries can be loaded, otherwise what to do about it.</summary>
    public static string? Missing { get; } = Probe();

    /// <summary>Empties the queue into the form that Envoy logs, with what verification found, if anything.</summary>
    public static string TakeForLog(string detail)
    {
        var text = new StringBuilder("TLS_error:");
        nuint error;
        for (int i = 0; i < MaxErrors && (error = LibCrypto.ERR_get_error()) != 0; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"|{error}:{Text(LibCrypto.ERR_lib_error_string(error), "unknown library")}");
            text.Append(":OPENSSL_internal:").Append(ReasonOf(error));
        }

        if (detail.Length > 0)
        {
            text.Append(':').Append(detail);
        }

        LibCrypto.ERR_clear_error();
        return text.Append(":TLS_error_end").ToString();
    }

    /// <summary>Empties the queue into plain words for an error in configuration.</summary>
    public static string TakeForConfig()
    {
        nuint error = LibCrypto.ERR_get_error();
        string reason = error == 0 ? "unknown reason" : Text(LibCrypto.ERR_reason_error_string(error), "unknown reason");
        LibCrypto.ERR_clear_error();
        return reason;
    }

    internal static string Text(byte* text, string absent) => text is null ? absent : Marshal.PtrToStringUTF8((nint)text) ?? absent;

    private static string ReasonOf(nuint error) =>
        Text(LibCrypto.ERR_reason_error_string(error), "unknown reason").ToUpperInvariant().Replace(' ', '_');

    private static string? Probe()
    {
        foreach (string library in (ReadOnlySpan<string>)[LibCrypto.Name, LibSsl.Name])
        {
            if (!NativeLibrary.TryLoad(library, out _))
            {
                return $"TLS needs the system library {library}, which cannot be loaded; install the Debian package libssl3";
            }
        }

        return null;
    }
}
