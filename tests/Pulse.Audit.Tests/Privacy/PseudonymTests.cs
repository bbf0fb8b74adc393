using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Pulse.Audit.Tests.Privacy;

public sealed class PseudonymTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(number => (byte)number)];

    private static PulseAuditOptions Options => new() { PseudonymKeyId = "2026-11", PseudonymSecret = Convert.ToBase64String(Key) };

    [Fact]
    public void A_pseudonym_is_the_hmac_of_prefix_field_and_value_under_its_key_id()
    {
        var hmac = HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes("pulse.audit.pseudonym.v1\0mail\0a@example.com"));

        Assert.Equal("p1:2026-11:" + System.Buffers.Text.Base64Url.EncodeToString(hmac), new Pseudonyms(Options).Of("mail", "a@example.com"));
    }

    [Fact]
    public void One_value_has_one_pseudonym_a_field_and_a_key()
    {
        var pseudonyms = new Pseudonyms(Options);
        var otherKey = new Pseudonyms(new PulseAuditOptions { PseudonymKeyId = "2026-11", PseudonymSecret = Convert.ToBase64String(Key.Reverse().ToArray()) });

        Assert.Equal(pseudonyms.Of("mail", "a"), pseudonyms.Of("mail", "a"));
        Assert.NotEqual(pseudonyms.Of("mail", "a"), pseudonyms.Of("mail", "b"));
        Assert.NotEqual(pseudonyms.Of("mail", "a"), pseudonyms.Of("name", "a"));
        Assert.NotEqual(pseudonyms.Of("mail", "a"), otherKey.Of("mail", "a"));
        Assert.Null(pseudonyms.Of("mail", null));
    }

    [Fact]
    public void The_record_holds_the_pseudonym_and_never_the_value()
    {
        var source = new AuditEvent
        {
            Type = "test.event",
            Class = AuditClass.Access,
            Fields = [AuditField.Pseudonym("mail", "a@example.com"), AuditField.Pseudonym("number", 4_711), AuditField.Pseudonym("none", null)],
        };

        var personal = Personal(source, Options);

        Assert.Equal(new Pseudonyms(Options).Of("mail", "a@example.com"), personal.GetProperty("mail").GetString());
        Assert.Equal(new Pseudonyms(Options).Of("number", "4711"), personal.GetProperty("number").GetString());
        Assert.Equal(JsonValueKind.Null, personal.GetProperty("none").ValueKind);
        Assert.True(source.Fields[0].IsPersonal);
    }

    [Fact]
    public void Without_a_key_nothing_is_recorded_of_the_value()
    {
        var source = new AuditEvent { Type = "test.event", Class = AuditClass.Access, Fields = [AuditField.Pseudonym("mail", "a@example.com"), AuditField.Pseudonym("none", null)] };

        Assert.Equal("{\"mail\":\"p1:none\",\"none\":null}", Personal(source, new PulseAuditOptions()).GetRawText());
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("k1", null, "set both")]
    [InlineData(null, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "set both")]
    [InlineData("", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "the key id")]
    [InlineData("a:b", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "the key id")]
    [InlineData("ä", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "the key id")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "the key id")]
    [InlineData("abcdefghijklmnopqrstuvwxyz012345", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", null)]
    [InlineData("A_b-1", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==", "the secret")]
    [InlineData("A_b-1", "no base64", "the secret")]
    public void Key_id_and_secret_are_judged_together(string? keyId, string? secret, string? expected)
    {
        var wrong = Pseudonyms.Judge(keyId, secret);

        Assert.Equal(expected is null, wrong is null);
        Assert.StartsWith(expected ?? string.Empty, wrong ?? string.Empty, StringComparison.Ordinal);
    }

    private static JsonElement Personal(AuditEvent source, PulseAuditOptions options)
    {
        var record = new EventCanonicalizer(options, TimeProvider.System).Canonicalize(source).Record;
        return JsonDocument.Parse(record).RootElement.GetProperty("personal");
    }
}
