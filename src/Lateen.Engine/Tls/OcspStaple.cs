namespace Lateen.Engine.Tls;

using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;

/// <summary>
/// An OCSP response (RFC 6960 section 4.2) as it is stapled: its bytes, and until when it counts. Its signature is the client's affair.
/// </summary>
internal sealed class OcspStaple
{
    private static readonly Asn1Tag Explicit0 = new(TagClass.ContextSpecific, 0, isConstructed: true);

    private readonly DateTimeOffset _nextUpdate;

    private OcspStaple(byte[] bytes, DateTimeOffset nextUpdate)
    {
        Bytes = bytes;
        _nextUpdate = nextUpdate;
    }

    public byte[] Bytes { get; }

    /// <summary>A client may take a stale answer for an attack, so it is better not told.</summary>
    public bool IsFresh(DateTimeOffset now) => now < _nextUpdate;

    /// <summary>Reads a response about one certificate; fails for one about another, as Envoy does.</summary>
    public static bool TryRead(byte[] bytes, string serialNumber, [NotNullWhen(true)] out OcspStaple? staple, out string error)
    {
        staple = null;
        try
        {
            AsnReader response = new AsnReader(bytes, AsnEncodingRules.DER).ReadSequence();
            if (response.ReadEnumeratedBytes().Span is not [0])
            {
                error = "the responder did not answer successfully";
                return false;
            }

            AsnReader answers = Answers(response);
            AsnReader answer = answers.ReadSequence();
            if (answers.HasData)
            {
                error = "is about more than one certificate";
                return false;
            }

            if (Serial(answer.ReadSequence()) != serialNumber)
            {
                error = "is not about this certificate";
                return false;
            }

            staple = new OcspStaple(bytes, NextUpdate(answer));
            error = "";
            return true;
        }
        catch (AsnContentException)
        {
            error = "is no OCSP response in DER";
            return false;
        }
    }

    // ResponseBytes, BasicOCSPResponse and ResponseData down to the list of SingleResponse.
    private static AsnReader Answers(AsnReader response)
    {
        AsnReader typed = response.ReadSequence(Explicit0).ReadSequence();
        _ = typed.ReadObjectIdentifier();
        AsnReader basic = new AsnReader(typed.ReadOctetString(), AsnEncodingRules.DER).ReadSequence();
        AsnReader data = basic.ReadSequence();
        if (data.PeekTag().HasSameClassAndValue(Explicit0))
        {
            _ = data.ReadEncodedValue();
        }

        // Who answered, and when.
        _ = data.ReadEncodedValue();
        _ = data.ReadGeneralizedTime();
        return data.ReadSequence();
    }

    // CertID: the algorithm and two hashes come first.
    private static string Serial(AsnReader certificate)
    {
        _ = certificate.ReadSequence();
        _ = certificate.ReadOctetString();
        _ = certificate.ReadOctetString();
        return Convert.ToHexStringLower(certificate.ReadIntegerBytes().Span.TrimStart((byte)0));
    }

    // Without one, newer answers are to be had at any time: this one is as good as stale.
    private static DateTimeOffset NextUpdate(AsnReader answer)
    {
        _ = answer.ReadEncodedValue();
        _ = answer.ReadGeneralizedTime();
        return answer.HasData && answer.PeekTag().HasSameClassAndValue(Explicit0)
            ? answer.ReadSequence(Explicit0).ReadGeneralizedTime()
            : DateTimeOffset.MinValue;
    }
}
