namespace Lateen.Engine.Tests.Tls;

using System.Formats.Asn1;
using Lateen.Engine.Tls;

public sealed class OcspStapleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_answer_counts_until_its_next_update()
    {
        Assert.True(OcspStaple.TryRead(Answer("0a1b", Noon), "0a1b", out OcspStaple? staple, out string error), error);

        Assert.True(staple.IsFresh(Noon.AddSeconds(-1)));
        Assert.False(staple.IsFresh(Noon));
    }

    [Fact]
    public void An_answer_without_a_next_update_is_never_fresh()
    {
        Assert.True(OcspStaple.TryRead(Answer("01", until: null), "01", out OcspStaple? staple, out string error), error);

        Assert.False(staple.IsFresh(Noon.AddYears(-10)));
    }

    [Fact]
    public void A_number_of_many_digits_is_compared_whole()
    {
        Assert.True(OcspStaple.TryRead(Answer("00ff00000000000000000000000000000001", Noon), "ff00000000000000000000000000000001", out _, out _));
        Assert.False(OcspStaple.TryRead(Answer("00ff00000000000000000000000000000001", Noon), "1", out _, out string error));
        Assert.Equal("is not about this certificate", error);
    }

    [Fact]
    public void An_error_of_the_responder_is_no_answer()
    {
        Assert.False(OcspStaple.TryRead([0x30, 3, 0x0a, 1, 6], "1", out _, out string error));
        Assert.Equal("the responder did not answer successfully", error);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] whole = Answer("01", Noon);
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.False(OcspStaple.TryRead(whole[..length], "01", out _, out string error));
            Assert.Equal("is no OCSP response in DER", error);
        }
    }

    // OCSPResponse of RFC 6960 section 4.2.1 without a signature that anybody could check.
    private static byte[] Answer(string serial, DateTimeOffset? until)
    {
        var explicit0 = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        var data = new AsnWriter(AsnEncodingRules.DER);
        using (data.PushSequence())
        using (data.PushSequence())
        {
            using (data.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2, isConstructed: true)))
            {
                data.WriteOctetString([1, 2, 3]);
            }

            data.WriteGeneralizedTime(Noon.AddDays(-1));
            using (data.PushSequence())
            using (data.PushSequence())
            {
                using (data.PushSequence())
                {
                    using (data.PushSequence())
                    {
                        data.WriteObjectIdentifier("1.3.14.3.2.26");
                    }

                    data.WriteOctetString(new byte[20]);
                    data.WriteOctetString(new byte[20]);
                    data.WriteInteger(Convert.FromHexString(serial));
                }

                data.WriteNull(new Asn1Tag(TagClass.ContextSpecific, 0));
                data.WriteGeneralizedTime(Noon.AddDays(-1));
                if (until is { } time)
                {
                    using (data.PushSequence(explicit0))
                    {
                        data.WriteGeneralizedTime(time);
                    }
                }
            }
        }

        var whole = new AsnWriter(AsnEncodingRules.DER);
        using (whole.PushSequence())
        {
            whole.WriteEnumeratedValue(OcspStatus.Successful);
            using (whole.PushSequence(explicit0))
            using (whole.PushSequence())
            {
                whole.WriteObjectIdentifier("1.3.6.1.5.5.7.48.1.1");
                whole.WriteOctetString(data.Encode());
            }
        }

        return whole.Encode();
    }

    private enum OcspStatus
    {
        Successful,
    }
}
