using System.Formats.Asn1;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace Pulse.Certs.Tests;

public class EstTests
{
    private readonly Harness _harness = new();

    private IEstOperations Est => _harness.Services.GetRequiredService<IEstOperations>();

    [Fact]
    public void Hands_out_the_active_issuer_verify_only_ones_and_roots_but_none_that_is_retired()
    {
        foreach (var (state, count) in new[] { (IssuerState.VerifyOnly, 2), (IssuerState.Root, 2), (IssuerState.Retired, 1) })
        {
            var other = CertificateAuthorityMaterial.Create("Other", TimeSpan.FromDays(9), "secret", _harness.Time, iterations: 1000);
            var signer = CaSigners.FromEncryptedPem(other.CertificatePem, other.EncryptedPrivateKeyPem, "secret");
            var harness = new Harness(register: builder => builder.AddIssuer(_ => signer.CertificateDer, state));

            var answer = harness.Services.GetRequiredService<IEstOperations>().GetCaCertificates();

            Assert.Equal((200, "application/pkcs7-mime; smime-type=certs-only"), (answer.StatusCode, answer.ContentType));
            var certificates = Read(answer);
            Assert.Equal(count, certificates.Count);
            Assert.Contains(certificates, der => der.SequenceEqual(Harness.Signer.CertificateDer.ToArray()));
            Assert.Equal(count == 2, certificates.Exists(der => der.SequenceEqual(signer.CertificateDer.ToArray())));
        }
    }

    [Fact]
    public void Asks_for_a_P256_key_signed_with_SHA_256()
    {
        var answer = Est.GetCsrAttributes();

        Assert.Equal((200, "application/csrattrs"), (answer.StatusCode, answer.ContentType));
        var attributes = new AsnReader(Decode(answer), AsnEncodingRules.DER).ReadSequence();
        var key = attributes.ReadSequence();
        Assert.Equal("1.2.840.10045.2.1", key.ReadObjectIdentifier());
        Assert.Equal("1.2.840.10045.3.1.7", key.ReadSetOf().ReadObjectIdentifier());
        Assert.Equal("1.2.840.10045.4.3.2", attributes.ReadObjectIdentifier());
        Assert.False(attributes.HasData);
    }

    [Theory]
    [InlineData("application/pkcs10")]
    [InlineData("Application/PKCS10; charset=us-ascii")]
    public async Task Enrolls_an_authenticated_device(string contentType)
    {
        var body = Body(new CsrBuilder().Build());

        var answer = await Est.EnrollAsync(Harness.Device(), contentType, body);

        Assert.Equal((200, IssueRefusal.None), (answer.StatusCode, answer.Refusal));
        Assert.True(_harness.Validate(Assert.Single(Read(answer))).IsValid);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("application/pkcs8")]
    [InlineData("text/plain; application/pkcs10")]
    public async Task Takes_no_other_type(string? contentType)
    {
        var answer = await Est.EnrollAsync(Harness.Device(), contentType, Body(new CsrBuilder().Build()));

        Assert.Equal((415, "text/plain; charset=utf-8"), (answer.StatusCode, answer.ContentType));
        Assert.Equal(0, _harness.Store.AddCalls);
    }

    [Fact]
    public async Task Refuses_what_is_not_base64_or_too_large()
    {
        Assert.Equal(400, (await Est.EnrollAsync(Harness.Device(), "application/pkcs10", Encoding.ASCII.GetBytes("MI*="))).StatusCode);

        var atLimit = Enumerable.Repeat((byte)'A', Est.MaxRequestBytes / 4 * 4).ToArray();
        Assert.Equal(IssueRefusal.RequestTooLarge, (await Est.EnrollAsync(Harness.Device(), "application/pkcs10", atLimit)).Refusal);
        var larger = await Est.EnrollAsync(Harness.Device(), "application/pkcs10", new byte[Est.MaxRequestBytes + 1]);
        Assert.Equal((413, IssueRefusal.RequestTooLarge), (larger.StatusCode, larger.Refusal));
    }

    [Fact]
    public void Has_room_for_the_largest_request_however_its_lines_are_broken()
    {
        var largest = Convert.ToBase64String(new byte[16 * 1024]);
        var broken = string.Join("\r\n", largest.Chunk(64).Select(line => new string(line))) + "\r\n";

        Assert.True(broken.Length <= Est.MaxRequestBytes, $"{broken.Length} > {Est.MaxRequestBytes}");
    }

    [Fact]
    public async Task Names_the_refusal_and_its_status()
    {
        var malformed = await Est.EnrollAsync(Harness.Device(), "application/pkcs10", Body([1, 2, 3]));
        await _harness.IssueAsync(Harness.Device());
        await _harness.IssueAsync(Harness.Device());
        var tooMany = await Est.EnrollAsync(Harness.Device(), "application/pkcs10", Body(new CsrBuilder().Build()));
        _harness.Time.Advance(TimeSpan.FromDays(4000));
        var ended = await Est.EnrollAsync(Harness.Device("pump-2"), "application/pkcs10", Body(new CsrBuilder().Build()));

        Assert.Equal((400, IssueRefusal.RequestMalformed), (malformed.StatusCode, malformed.Refusal));
        Assert.Equal("RequestMalformed", Encoding.UTF8.GetString(malformed.Body.Span));
        Assert.Equal((409, IssueRefusal.TooManyActive), (tooMany.StatusCode, tooMany.Refusal));
        Assert.Equal((503, IssueRefusal.IssuerNotValid), (ended.StatusCode, ended.Refusal));
    }

    [Fact]
    public async Task Reenrolls_by_the_certificate_presented_with_an_overlap()
    {
        var current = await _harness.IssueAsync(Harness.Device());

        var answer = await Est.ReenrollAsync(current.Der, "application/pkcs10", Body(SameNames(current).Build()));

        Assert.Equal(200, answer.StatusCode);
        Assert.True(_harness.Validate(Assert.Single(Read(answer))).IsValid);
        Assert.Equal(current.SerialNumber, Assert.Single(_harness.Store.OpenOverlaps).Serial);
    }

    [Fact]
    public async Task Refuses_to_reenroll_by_a_certificate_that_is_not_good()
    {
        var current = await _harness.IssueAsync(Harness.Device());
        await _harness.Authority.HoldAsync(Harness.Device(), current.SerialNumber);

        var held = await Est.ReenrollAsync(current.Der, "application/pkcs10", Body(SameNames(current).Build()));
        var nonsense = await Est.ReenrollAsync(new byte[3], "application/pkcs10", Body(new CsrBuilder().Build()));

        Assert.Equal((403, "Revoked"), (held.StatusCode, Encoding.UTF8.GetString(held.Body.Span)));
        Assert.Equal((403, "Malformed"), (nonsense.StatusCode, Encoding.UTF8.GetString(nonsense.Body.Span)));
        Assert.Empty(_harness.Store.OpenOverlaps);
    }

    [Fact]
    public async Task Refuses_to_reenroll_under_another_name()
    {
        var current = await _harness.IssueAsync(Harness.Device());
        var otherSubject = SameNames(current);
        otherSubject.Subject = DistinguishedName.Write("acme:pump-2");
        var noNames = new CsrBuilder { Subject = DistinguishedName.Write("acme:pump-1") };
        var otherNames = new CsrBuilder { Subject = DistinguishedName.Write("acme:pump-1") }
            .WithExtensions(LeafBuilder.Uris("urn:pulse:tenant:acme:device:pump-2"));

        foreach (var request in new[] { otherSubject, noNames, otherNames })
        {
            var answer = await Est.ReenrollAsync(current.Der, "application/pkcs10", Body(request.Build()));
            Assert.Equal((400, "SubjectDiffers"), (answer.StatusCode, Encoding.UTF8.GetString(answer.Body.Span)));
        }

        Assert.Equal(415, (await Est.ReenrollAsync(current.Der, "text/plain", Body(SameNames(current).Build()))).StatusCode);
        Assert.Equal(IssueRefusal.RequestMalformed, (await Est.ReenrollAsync(current.Der, "application/pkcs10", Body([1]))).Refusal);
    }

    [Fact]
    public async Task Answers_403_when_the_certificate_is_revoked_between_judgement_and_rotation()
    {
        var current = await _harness.IssueAsync(Harness.Device());

        // Revoked on another host, of which this one has not heard.
        await _harness.Store.ChangeRevocationAsync(
            new RevocationRequest { SerialNumber = current.SerialNumber, Owner = Harness.Device(), Action = RevocationAction.Revoke, At = Harness.Start },
            CancellationToken.None);
        var answer = await Est.ReenrollAsync(current.Der, "application/pkcs10", Body(SameNames(current).Build()));

        Assert.Equal((403, IssueRefusal.CurrentRevoked), (answer.StatusCode, answer.Refusal));
    }

    private static CsrBuilder SameNames(IssuedCertificate current)
    {
        var certificate = ParsedCertificate.Read(current.Der);
        return new CsrBuilder { Subject = certificate.Subject.ToArray() }
            .WithExtensions(LeafBuilder.Uris(current.Device!.Value.SubjectAlternativeName));
    }

    private static byte[] Body(byte[] csr) => Encoding.ASCII.GetBytes(Convert.ToBase64String(csr, Base64FormattingOptions.InsertLineBreaks));

    private static byte[] Decode(EstResponse answer) => Convert.FromBase64String(Encoding.ASCII.GetString(answer.Body.Span));

    /// <summary>Takes the certificates out of the CMS message.</summary>
    private static List<byte[]> Read(EstResponse answer)
    {
        var message = new AsnReader(Decode(answer), AsnEncodingRules.DER).ReadSequence();
        Assert.Equal("1.2.840.113549.1.7.2", message.ReadObjectIdentifier());
        var signed = message.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true)).ReadSequence();
        Assert.Equal(1, signed.ReadInteger());
        Assert.False(signed.ReadSetOf().HasData);
        Assert.Equal("1.2.840.113549.1.7.1", signed.ReadSequence().ReadObjectIdentifier());
        var certificates = signed.ReadSetOf(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true));
        Assert.False(signed.ReadSetOf().HasData);
        var found = new List<byte[]>();
        while (certificates.HasData)
        {
            found.Add(certificates.ReadEncodedValue().ToArray());
        }

        return found;
    }

    [Fact]
    public async Task Takes_a_body_of_the_largest_request_in_lines_and_none_longer()
    {
        Assert.Equal(22_658, Est.MaxRequestBytes);
        var blank = Enumerable.Repeat((byte)' ', Est.MaxRequestBytes).ToArray();

        Assert.Equal((400, IssueRefusal.RequestMalformed), Of(await Est.EnrollAsync(Harness.Device(), "application/pkcs10", blank)));
        Assert.Equal((413, IssueRefusal.RequestTooLarge), Of(await Est.EnrollAsync(Harness.Device(), "application/pkcs10", (byte[])[.. blank, (byte)' '])));

        static (int, IssueRefusal) Of(EstResponse answer) => (answer.StatusCode, answer.Refusal);
    }

    [Fact]
    public async Task Says_what_is_wrong_with_a_body_in_words()
    {
        var type = await Est.EnrollAsync(Harness.Device(), "text/plain", Body([1]));
        var body = await Est.EnrollAsync(Harness.Device(), "application/pkcs10", "!"u8.ToArray());

        Assert.Equal("Content-Type must be application/pkcs10", Encoding.UTF8.GetString(type.Body.Span));
        Assert.Equal("The body is not base64", Encoding.UTF8.GetString(body.Body.Span));
        Assert.EndsWith("\r\n", Encoding.ASCII.GetString(Est.GetCaCertificates().Body.Span), StringComparison.Ordinal);
    }
}
