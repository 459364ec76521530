package alert

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// telegramAPI is where Telegram takes messages.
const telegramAPI = "https://api.telegram.org"

// byTelegram sends to Telegram. shoutrrr's own way (v0.13.2) says that a message has
// arrived when the service could not be reached, and knows no time limit.
func (s *Service) byTelegram(ctx context.Context, text string) error {
	u, err := url.Parse(string(s.url.Reveal()))
	if err != nil {
		return &SendError{Channel: s.name, Cause: Unknown}
	}
	token := u.User.String()
	quiet := u.Query().Get("notification") == "no"
	for _, key := range []string{"chats", "channels"} {
		for chat := range strings.SplitSeq(u.Query().Get(key), ",") {
			if chat == "" {
				continue
			}
			if err := s.toChat(ctx, token, chatMessage(chat, text, quiet)); err != nil {
				return err
			}
		}
	}
	return nil
}

// chatMessage is for a chat, or for a thread of one: CHAT:THREAD.
func chatMessage(chat, text string, quiet bool) map[string]any {
	m := map[string]any{"text": text, "link_preview_options": map[string]bool{"is_disabled": true}}
	room, thread, threaded := strings.Cut(chat, ":")
	m["chat_id"] = room
	if threaded {
		m["message_thread_id"] = thread
	}
	if quiet {
		m["disable_notification"] = true
	}
	return m
}

func (s *Service) toChat(ctx context.Context, token string, message map[string]any) error {
	body, err := json.Marshal(message)
	if err != nil {
		return &SendError{Channel: s.name, Cause: Unknown}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.telegram+"/bot"+token+"/sendMessage", bytes.NewReader(body))
	if err != nil {
		return &SendError{Channel: s.name, Cause: Unknown}
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return &SendError{Channel: s.name, Cause: onTheWay(err)}
	}
	defer res.Body.Close() // only read
	var answer struct {
		OK bool `json:"ok"`
	}
	const most = 1 << 20
	err = json.NewDecoder(io.LimitReader(res.Body, most)).Decode(&answer)
	switch {
	case res.StatusCode != http.StatusOK:
		return &SendError{Channel: s.name, Cause: byStatus(res.StatusCode), Code: res.StatusCode}
	case err != nil || !answer.OK:
		return &SendError{Channel: s.name, Cause: Broken}
	}
	return nil
}
